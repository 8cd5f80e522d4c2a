import type { LoadResult } from '../load/result.ts';
import { slope } from '../load/usage.ts';
import { type Coefficients, type Micros, services } from './coefficients.ts';

/** CPUs that a service used, and requests a second, of each run. */
type Point = readonly [perSecond: number, cpus: number];

const ranAt = ({ phases }: LoadResult): number => {
  const judged = phases.filter(({ phase }) => phase.judged);
  const seconds = judged.reduce((sum, { phase }) => sum + phase.seconds, 0);
  return judged.reduce((sum, { requests }) => sum + requests, 0) / Math.max(1, seconds);
};

const pointsOf = (runs: readonly LoadResult[], service: string): Point[] =>
  runs.map((run) => [ranAt(run), run.services.find((use) => use.service === service)?.cpus ?? 0]);

const micros = (runs: readonly LoadResult[]): Micros =>
  Object.fromEntries(
    services.map((service) => [service, Math.round(Math.max(0, slope(pointsOf(runs, service))) * 1e6)]),
  ) as Micros;

/** CPUs that are in use whatever the rate: where the line through the runs meets no requests. */
function idle(runs: readonly LoadResult[]): number {
  const names = [...new Set(runs.flatMap((run) => run.services.map(({ service }) => service)))];
  const mean = (points: readonly Point[], at: 0 | 1) =>
    points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const rests = names.map((service) => {
    const points = pointsOf(runs, service);
    return Math.max(0, mean(points, 1) - slope(points) * mean(points, 0));
  });
  return Number(rests.reduce((sum, cpus) => sum + cpus, 0).toFixed(3));
}

const sourceOf = ([first, ...more]: readonly LoadResult[]): Coefficients['cpu']['source'] => ({
  command: [first, ...more].map((run) => run?.command).join('; '),
  commit: first?.machine.commit ?? '',
  machine: `${first?.machine.cores} cores of ${first?.machine.cpu}`,
});

/**
 * Coefficients with the CPU of a redirect taken from flat runs of one scenario at several rates: the slope of each
 * service's CPUs over the rate, so that what runs anyway is not counted.
 */
export function calibrateRedirect(coefficients: Coefficients, runs: readonly LoadResult[]): Coefficients {
  if (runs.length < 2) throw new Error('two runs at different rates at least');
  return { ...coefficients, cpu: { ...coefficients.cpu, source: sourceOf(runs), hit: micros(runs), idle: idle(runs) } };
}

/** Microseconds of CPU that k6 took for a request of a run. */
function generatorMicros({ generatorCpus, moments, phases }: LoadResult): number {
  const requests = phases.reduce((sum, each) => sum + each.requests, 0);
  return Math.round((generatorCpus * (moments.at(-1)?.seconds ?? 1) * 1e6) / Math.max(1, requests));
}

/**
 * Coefficients with the share of the CPUs that may be in use taken from a climb: what everything together took at its
 * knee. To be checked against another climb, not the same one.
 */
export function calibrateUsable(coefficients: Coefficients, run: LoadResult): Coefficients {
  if (run.knee?.perSecond === undefined) throw new Error('the run found no knee');
  const { hit, idle } = coefficients.cpu;
  const each = services.reduce((sum, service) => sum + hit[service], generatorMicros(run));
  const usable = Number(((idle + (run.knee.perSecond * each) / 1e6) / run.machine.cores).toFixed(2));
  return { ...coefficients, cpu: { ...coefficients.cpu, usable } };
}

/** Coefficients with the breakpoint taken from a climb. */
export function calibrateBreakpoint(coefficients: Coefficients, run: LoadResult): Coefficients {
  if (run.knee?.perSecond === undefined) throw new Error('the run found no knee');
  return {
    ...coefficients,
    breakpoint: {
      source: sourceOf([run]),
      perSecond: run.knee.perSecond,
      cores: run.machine.cores,
      hitRatio: 1,
      generatorMicros: generatorMicros(run),
    },
  };
}
