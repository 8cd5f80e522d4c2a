import { type LogLine, linesOfLoki } from './log-line.ts';
import type { JaegerAnswer } from './span.ts';

const timeout = 10_000;
const hour = 3_600_000;

async function getJson<T>(url: string): Promise<T | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout) });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}

type Place = { lokiPort: string; jaegerPort: string; now: () => number };

/** Asks Loki and Jaeger on this machine; undefined where they are not there. */
export const createLookUp = ({ jaegerPort, lokiPort, now }: Place) => ({
  /** Every line of all services that names the request, of the last hours. */
  async lines(requestId: string, hours: number): Promise<LogLine[] | undefined> {
    const query = new URLSearchParams({
      query: `{service=~".+"} | request_id=${JSON.stringify(requestId)}`,
      start: String((now() - hours * hour) * 1e6),
      limit: '500',
      direction: 'forward',
    });
    const answer = await getJson<Parameters<typeof linesOfLoki>[0]>(
      `http://127.0.0.1:${lokiPort}/loki/api/v1/query_range?${query}`,
    );
    return answer && linesOfLoki(answer);
  },
  trace: (traceId: string): Promise<JaegerAnswer | undefined> =>
    getJson<JaegerAnswer>(`http://127.0.0.1:${jaegerPort}/api/traces/${encodeURIComponent(traceId)}`),
});
