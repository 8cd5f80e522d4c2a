import type { Options, Scenario } from 'k6/options';
import { figures, inPhase, phaseFigures } from './figures.ts';
import type { Phase } from './phase.ts';
import { type Objective, readObjective } from './slo.ts';

/** Open clients that wait for slow answers, at most: more than these are counted as not sent. */
const mostClients = 600;
/** As long as the slowest answer that a client waits for, so that none is cut off uncounted. */
const gracefulStop = '12s';

function executorOf(phase: Phase): Scenario {
  const { start, seconds } = phase;
  const when = { startTime: `${start}s`, gracefulStop };
  if (phase.kind === 'users') {
    const { from, users } = phase;
    if (from === users) return { executor: 'constant-vus', vus: users, duration: `${seconds}s`, ...when };
    const stages = [{ target: users, duration: `${seconds}s` }];
    return { executor: 'ramping-vus', startVUs: from, stages, gracefulRampDown: '0s', ...when };
  }
  const preAllocatedVUs = Math.min(mostClients, Math.max(50, Math.ceil(phase.rate / 10)));
  return {
    executor: 'constant-arrival-rate',
    rate: phase.rate,
    timeUnit: '1s',
    duration: `${seconds}s`,
    preAllocatedVUs,
    maxVUs: mostClients,
    ...when,
  };
}

/** The phases as k6 runs them. */
export const executorsOf = (phases: readonly Phase[]): Record<string, Scenario> =>
  Object.fromEntries(phases.map((phase) => [phase.name, executorOf(phase)]));

/** Always true: without a threshold k6 keeps no figures of a phase. */
const keep = (figure: string): string => {
  if (figure.endsWith('_duration')) return 'max>=0';
  return figure.endsWith('failed') ? 'rate>=0' : 'count>=0';
};

function judge({ availability, p95, p99 }: Objective, phase: string): NonNullable<Options['thresholds']> {
  const lost = `rate<=${Number((1 - availability).toFixed(6))}`;
  return {
    [inPhase(figures.failed, phase)]: [lost],
    [inPhase(figures.redirect, phase)]: [`p(95)<${p95}`, `p(99)<${p99}`],
    [inPhase(figures.apiFailed, phase)]: [lost],
    // Whoever creates and lists may wait as long as the slowest of a hundred redirects.
    [inPhase(figures.api, phase)]: [`p(95)<${p99}`],
  };
}

/** The objectives for phases that are judged, and figures of their own for all. */
export function thresholdsOf(phases: readonly Phase[]): NonNullable<Options['thresholds']> {
  const objective = readObjective();
  const kept = phases.flatMap(({ name }) => phaseFigures.map((figure) => [inPhase(figure, name), [keep(figure)]]));
  const judged = phases.filter(({ judged: yes }) => yes).flatMap(({ name }) => Object.entries(judge(objective, name)));
  return Object.fromEntries([...kept, ...judged]);
}
