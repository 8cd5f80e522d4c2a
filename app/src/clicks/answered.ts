/** What a replica's metrics say about the redirects that it answered since it started. */
export type Answered = {
  redirects: number;
  /** Clicks that are on durable storage. */
  recorded: number;
  /** Clicks that wait in memory. */
  buffered: number;
  /** Clicks that were lost, and known to be. */
  dropped: number;
  /** What its batches' ids have in common; undefined of a release whose ids do not say it. */
  maker: string | undefined;
  /** When it began, in milliseconds. */
  since: number;
};

const line = /^([a-z_]+)(?:\{(.*)\})? (\S+)/;

/** Whether a series counts answers to GET that redirect by a code. */
const isRedirect = (labels: string): boolean =>
  labels.includes('method="GET"') &&
  /status="30[1278]"/.test(labels) &&
  /route="[^"]*:code(?:\/redirect)?"/.test(labels);

/** Reads them from the text that /metrics answers. */
export function readAnswered(metrics: string): Answered {
  const answered: Answered = { redirects: 0, recorded: 0, buffered: 0, dropped: 0, maker: undefined, since: 0 };
  for (const text of metrics.split('\n')) {
    const [, name, labels = '', value = ''] = line.exec(text) ?? [];
    if (name === 'http_request_duration_seconds_count' && isRedirect(labels)) answered.redirects += Number(value);
    if (name === 'clicks_appended_total') answered.recorded += Number(value);
    if (name === 'clicks_buffered') answered.buffered += Number(value);
    if (name === 'clicks_dropped_total') answered.dropped += Number(value);
    if (name === 'click_maker_info') answered.maker = /maker="([0-9a-f]{6})"/.exec(labels)?.[1];
    if (name === 'process_start_time_seconds') answered.since = 1_000 * Number(value);
  }
  return answered;
}

/** Redirects without a click, or with a minus clicks without a redirect. */
export const missingClicks = ({ redirects, recorded, buffered, dropped }: Answered): number =>
  redirects - recorded - buffered - dropped;
