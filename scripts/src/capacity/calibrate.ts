import type { WorkloadName } from '../../../k6/lib/workloads.ts';
import type { LoadResult } from '../load/result.ts';
import { slope } from '../load/usage.ts';
import { ScriptError } from '../platform/run.ts';
import { type Coefficients, type Measured, type Micros, services } from './coefficients.ts';

/** CPUs that a service used, and redirects a second, of each run. */
type Point = readonly [perSecond: number, cpus: number];

/** Nothing but redirects, each for a link that every replica knows. */
const redirects: WorkloadName = 'hot-key';
/** The climb that finds a knee. */
const climb: WorkloadName = 'breakpoint';
/** The most of a redirect's CPU that may go to services that no coefficient is for. */
const othersMost = 0.03;
/** The least that lies between the slowest and the fastest run: closer together, the slope is chance. */
const leastApart = 2;

const ranAt = ({ phases }: LoadResult): number => {
  const judged = phases.filter(({ phase }) => phase.judged);
  const seconds = judged.reduce((sum, { phase }) => sum + phase.seconds, 0);
  return judged.reduce((sum, { answered }) => sum + answered, 0) / Math.max(1, seconds);
};

const pointsOf = (runs: readonly LoadResult[], service: string): Point[] =>
  runs.map((run) => [ranAt(run), run.services.find((use) => use.service === service)?.cpus ?? 0]);

const micros = (runs: readonly LoadResult[]): Micros =>
  Object.fromEntries(
    services.map((service) => [service, Math.round(Math.max(0, slope(pointsOf(runs, service))) * 1e6)]),
  ) as Micros;

const serviceNames = (runs: readonly LoadResult[]): string[] => [
  ...new Set(runs.flatMap((run) => run.services.map(({ service }) => service))),
];

/** CPUs that are in use whatever the rate: where the line through the runs meets no requests. */
function idle(runs: readonly LoadResult[]): number {
  const mean = (points: readonly Point[], at: 0 | 1) =>
    points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const rests = serviceNames(runs).map((service) => {
    const points = pointsOf(runs, service);
    return Math.max(0, mean(points, 1) - slope(points) * mean(points, 0));
  });
  return Number(rests.reduce((sum, cpus) => sum + cpus, 0).toFixed(3));
}

const sourceOf = ([first, ...more]: readonly LoadResult[]): Measured => ({
  command: [first, ...more].map((run) => run?.command).join('; '),
  commit: [...new Set([first, ...more].map((run) => run?.machine.commit))].join(', '),
  machine: `${first?.machine.cores} cores of ${first?.machine.cpu}`,
});

/** Throws unless a run is one of the scenario, and a success. */
function refuseOther({ at, problems, scenario }: LoadResult, wanted: WorkloadName): void {
  if (scenario !== wanted) throw new ScriptError(`${at} is a run of ${scenario}, not of ${wanted}`);
  if (problems.length > 0) throw new ScriptError(`${at} is no success: ${problems.join('; ')}`);
}

/** Throws unless a line through the runs says what a redirect costs. */
function refuseUnfit(runs: readonly LoadResult[]): void {
  const rates = runs.map(ranAt);
  if (runs.length < 2 || Math.max(...rates) < leastApart * Math.min(...rates))
    throw new ScriptError('two runs at different rates at least, the fastest at twice the rate of the slowest');
  for (const run of runs) {
    const { at, failures, services: watched } = run;
    refuseOther(run, redirects);
    if (watched.length === 0) throw new ScriptError(`${at}: nobody saw what the services used`);
    const { shed, noAnswer, broken, unexpected } = failures;
    if (shed + noAnswer + broken + unexpected > 0) throw new ScriptError(`${at}: not every redirect was answered`);
  }
}

/** Throws where services beyond those of the coefficients, such as the collector of logs, work more the more redirects come. */
function refuseOthers(runs: readonly LoadResult[]): void {
  const steep = (names: readonly string[]) =>
    names.map((name) => ({ name, cpu: Math.max(0, slope(pointsOf(runs, name))) }));
  const sum = (each: ReturnType<typeof steep>) => each.reduce((total, { cpu }) => total + cpu, 0);
  const known: readonly string[] = services;
  const others = steep(serviceNames(runs).filter((name) => !known.includes(name)));
  const share = sum(others) / Math.max(Number.MIN_VALUE, sum(steep(services)) + sum(others));
  if (share <= othersMost) return;
  const named = others.filter(({ cpu }) => cpu > 0).map(({ name }) => name);
  throw new ScriptError(
    `${Math.round(share * 100)} % of a redirect's CPU went to ${named.join(', ')}: measure with scripts/up --profile core`,
  );
}

/**
 * Coefficients with the CPU of a redirect taken from flat runs of hot-key at several rates: the slope of each service's CPUs
 * over the rate, so that what runs anyway is not counted.
 */
export function calibrateRedirect(coefficients: Coefficients, runs: readonly LoadResult[]): Coefficients {
  refuseUnfit(runs);
  refuseOthers(runs);
  const { cpu } = coefficients;
  const sources = { ...cpu.sources, hit: sourceOf(runs), idle: sourceOf(runs) };
  return { ...coefficients, cpu: { ...cpu, sources, hit: micros(runs), idle: idle(runs) } };
}

/** Microseconds of CPU that k6 took for a request of a run. */
function generatorMicros({ at, generatorCpus, moments, phases }: LoadResult): number {
  if (generatorCpus === 0) throw new ScriptError(`${at}: nobody saw what k6 used`);
  const requests = phases.reduce((sum, each) => sum + each.requests, 0);
  return Math.round((generatorCpus * (moments.at(-1)?.seconds ?? 1) * 1e6) / Math.max(1, requests));
}

/** The knee that a climb has found, and that run; throws where it is none, or the other climb: one predicts itself exactly. */
function kneeOf(run: LoadResult, other: { at: string } | undefined) {
  refuseOther(run, climb);
  // Written before a climb that broke nowhere counted as a failure, a result may have no problem and no knee either.
  if (run.knee?.perSecond === undefined || run.knee.broke === undefined) throw new ScriptError('the run found no knee');
  if (run.at === other?.at) throw new ScriptError('--usable and --breakpoint take two different climbs');
  return { perSecond: run.knee.perSecond, source: { ...sourceOf([run]), at: run.at } };
}

/**
 * Coefficients with the share of the CPUs that may be in use taken from a climb: what all services and k6 were seen to use
 * while the step of its knee ran. Never from what they should have used: the prediction would be right whatever the other
 * coefficients are. To be checked against another climb, not the same one.
 */
export function calibrateUsable(coefficients: Coefficients, run: LoadResult): Coefficients {
  const { source } = kneeOf(run, coefficients.breakpoint?.source);
  const { at, kneeUse, machine } = run;
  if (!kneeUse) throw new ScriptError(`${at}: nobody saw what was used at the knee`);
  const usable = Number(((kneeUse.services + kneeUse.generator) / machine.cores).toFixed(2));
  if (usable > 1)
    throw new ScriptError(`${at}: more CPUs were used at the knee than the ${machine.cores} that there are`);
  const { cpu } = coefficients;
  return { ...coefficients, cpu: { ...cpu, usable, sources: { ...cpu.sources, usable: source } } };
}

/** Coefficients with the breakpoint taken from a climb. */
export function calibrateBreakpoint(coefficients: Coefficients, run: LoadResult): Coefficients {
  const { usable } = coefficients.cpu.sources;
  const { perSecond, source } = kneeOf(run, usable === 'assumed' ? undefined : usable);
  const { cores } = run.machine;
  return {
    ...coefficients,
    breakpoint: { source, perSecond, cores, hitRatio: 1, generatorMicros: generatorMicros(run) },
  };
}
