/** One reading of a container's counters, the same on cgroup v1 and v2. `at` in milliseconds, `cpu` in nanoseconds. */
export type CpuSample = { at: number; cpu: number; periods: number; throttled: number };

/** Shares of what the limits allow over the span between two samples; 1 is all of it. */
export type CpuUse = { cpu: number; throttled: number };

/** A rate over a shorter span is mostly noise. */
const shortestSpan = 1_000;
/** Samples closer than this are one: so sixteen of them always span more than a second, however fast ticks come. */
const closest = 100;
const keptSamples = 16;

/** CPU and throttling between two samples; null where the counters went back (the container restarted) or time did. */
export function useBetween(before: CpuSample, after: CpuSample, cpus: number): CpuUse | null {
  const elapsed = after.at - before.at;
  const used = after.cpu - before.cpu;
  const periods = after.periods - before.periods;
  const throttled = after.throttled - before.throttled;
  if (elapsed <= 0 || used < 0 || periods < 0 || throttled < 0) return null;
  return { cpu: used / (elapsed * 1e6 * cpus), throttled: periods === 0 ? 0 : Math.min(1, throttled / periods) };
}

/** Adds a sample; one that contradicts the past (a restart) starts anew. */
export const addSample = (samples: readonly CpuSample[], sample: CpuSample): CpuSample[] => {
  const last = samples.at(-1);
  if (last !== undefined && (sample.cpu < last.cpu || sample.at < last.at)) return [sample];
  const before = samples.at(-2);
  const close = last !== undefined && before !== undefined && last.at - before.at < closest;
  return [...(close ? samples.slice(0, -1) : samples), sample].slice(-keptSamples);
};

/** Use over the shortest span that is at least a second; null until there is one. */
export function latestUse(samples: readonly CpuSample[], cpus: number): CpuUse | null {
  const last = samples.at(-1);
  const base = last && samples.findLast(({ at }) => at <= last.at - shortestSpan);
  return last && base ? useBetween(base, last, cpus) : null;
}

export type Scales = { inFlightMax: number; lagMax: number };

/** No single reading may ask for more than twice of what is there: the next one will ask again. */
const highest = 2;

/**
 * How busy a replica is: the largest of its CPU, its throttled periods, and what its ready page tells of requests in
 * flight and event-loop lag against their scales (0 switches one off).
 */
export function combineUse(
  { cpu, throttled }: CpuUse,
  page: { inFlight: number | null; lag: number | null },
  { inFlightMax, lagMax }: Scales,
): number {
  const inFlight = inFlightMax > 0 && page.inFlight !== null ? page.inFlight / inFlightMax : 0;
  const lag = lagMax > 0 && page.lag !== null ? page.lag / lagMax : 0;
  return Math.min(highest, Math.max(cpu, throttled, inFlight, lag));
}
