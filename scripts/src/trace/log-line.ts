/** A line of a log that belongs to a request. `at` in milliseconds. */
export type LogLine = { at: number; service: string; container: string; text: string };

type LokiAnswer = { data?: { result?: { stream: Record<string, string>; values: [string, string][] }[] } };

/** The lines of an answer of Loki, oldest first. */
export const linesOfLoki = (answer: LokiAnswer): LogLine[] =>
  (answer.data?.result ?? [])
    .flatMap(({ stream, values }) =>
      values.map(([nanoseconds, text]) => ({
        at: Number(BigInt(nanoseconds) / 1_000_000n),
        service: stream['service'] ?? '',
        container: stream['container'] ?? '',
        text: text.trimEnd(),
      })),
    )
    .toSorted((a, b) => a.at - b.at);

/** The lines of `docker compose logs --timestamps` that name the request, oldest first. */
export const linesOfCompose = (output: string, requestId: string): LogLine[] =>
  output
    .split('\n')
    .filter((line) => line.includes(`"${requestId}"`))
    .flatMap((line) => {
      const match = /^(\S+?)(-\d+)?\s+\|\s+(\S+)\s(.*)$/.exec(line);
      if (!match) return [];
      const [, service = '', number = '', time = '', text = ''] = match;
      return [{ at: Date.parse(time), service, container: `${service}${number}`, text }];
    })
    .toSorted((a, b) => a.at - b.at);

type Look = () => Promise<readonly LogLine[] | undefined>;

/** The lines of the first who has any, asked in turn: Loki has none where it is not there, and none yet of the last seconds. */
export async function firstLines(...looks: readonly Look[]): Promise<readonly LogLine[]> {
  for (const look of looks) {
    const lines = (await look()) ?? [];
    if (lines.length > 0) return lines;
  }
  return [];
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (text: string): Fields => {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return {};
  }
};

/** The trace that the lines speak of; undefined where the request was not traced. */
export const traceIdOf = (lines: readonly LogLine[]): string | undefined =>
  lines.map(({ text }) => fieldsOf(text)['trace_id']).find((id): id is string => typeof id === 'string' && id !== '');

const known = new Set(['timestamp', 'level', 'message', 'service', 'request_id', 'trace_id']);

/** One line for people: when, who, what, and its fields. */
export function showLine({ at, container, text }: LogLine): string {
  const fields = fieldsOf(text);
  const rest = Object.entries(fields).filter(([name, value]) => !known.has(name) && value !== '' && value !== null);
  const told = rest.map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`);
  const what = [fields['level'], fields['message'], ...told].filter(Boolean).join(' ') || text;
  return `${new Date(at).toISOString()}  ${container}  ${what}`;
}
