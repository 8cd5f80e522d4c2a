type JaegerSpan = {
  spanID: string;
  operationName: string;
  /** Microseconds. */
  startTime: number;
  duration: number;
  references?: { refType: string; spanID: string }[];
  logs?: { timestamp: number; fields: { key: string; value: unknown }[] }[];
};

export type JaegerAnswer = { data?: { spans: JaegerSpan[] }[] | null };

const milliseconds = (microseconds: number): string => `${(microseconds / 1_000).toFixed(2)} ms`;

/** Names of what happened within a span, with when. */
const eventsOf = ({ logs = [], startTime }: JaegerSpan, indent: string): string[] =>
  logs.map(({ fields, timestamp }) => {
    const event = fields.find(({ key }) => key === 'event' || key === 'name')?.value ?? 'event';
    return `${indent}  · ${event} at ${milliseconds(timestamp - startTime)}`;
  });

/** The spans of a trace as a tree, each with when it began after the first and how long it took. */
export function showSpans({ data }: JaegerAnswer): string[] {
  const spans = (data?.[0]?.spans ?? []).toSorted((a, b) => a.startTime - b.startTime);
  const ids = new Set(spans.map(({ spanID }) => spanID));
  const parentOf = ({ references }: JaegerSpan) =>
    references?.find(({ refType, spanID }) => refType === 'CHILD_OF' && ids.has(spanID))?.spanID;
  const first = spans[0]?.startTime ?? 0;
  const below = (parent: string | undefined, indent: string): string[] =>
    spans
      .filter((span) => parentOf(span) === parent)
      .flatMap((span) => [
        `${indent}${span.operationName}  +${milliseconds(span.startTime - first)}  ${milliseconds(span.duration)}`,
        ...eventsOf(span, indent),
        ...below(span.spanID, `${indent}  `),
      ]);
  return below(undefined, '');
}
