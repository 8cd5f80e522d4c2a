import type { Answered } from './access-log.ts';

type Labels = { method: string; route: string; status: string };

type Deps = {
  observe: (labels: Labels, seconds: number, requestId: string) => void;
  log: (fields: Record<string, unknown>) => void;
  countUnlogged: () => void;
  /** Lines a second that are written one by one; errors always, of the rest a sample. */
  rate: number;
  now: () => number;
};

/** Of what is above the rate, one request in this many is logged and says so in `sample_rate`. */
const sampleEvery = 100;

/** Milliseconds to the microsecond. */
const rounded = (milliseconds: number): number => Math.round(milliseconds * 1_000) / 1_000;
const roundedAll = (timings: Record<string, number> = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(timings).map(([name, value]) => [name, rounded(value)]));

/** Counts each answered request, and logs it: all up to a rate, above it a sample and every 5xx. */
export function createRecord({ observe, log, countUnlogged, rate, now }: Deps): (answered: Answered) => void {
  let second = 0;
  let lines = 0;
  let skipped = 0;
  const sampleRate = (status: number): number => {
    const current = Math.floor(now() / 1_000);
    if (current !== second) {
      second = current;
      lines = 0;
    }
    lines += 1;
    if (lines <= rate || status >= 500) return 1;
    skipped += 1;
    return skipped % sampleEvery === 0 ? sampleEvery : 0;
  };
  return ({ requestId, method, route, path, status, seconds, timings }) => {
    observe({ method, route, status: String(status) }, seconds, requestId);
    const sampled = sampleRate(status);
    if (sampled === 0) return countUnlogged();
    const fields = { request_id: requestId, method, route, path, status, latency_ms: rounded(seconds * 1_000) };
    log({ ...fields, timings: roundedAll(timings), ...(sampled > 1 && { sample_rate: sampled }) });
  };
}
