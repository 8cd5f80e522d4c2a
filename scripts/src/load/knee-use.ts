import type { Live } from './k6-live.ts';
import type { Knee } from './knee.ts';
import type { PhaseFigures } from './summary.ts';
import { type Look, servicesUse } from './usage.ts';

/** CPU seconds that k6 had used at a moment of the run. */
export type Used = { seconds: number; cpuSeconds: number };

/** CPUs that were in use while the step of the knee ran: by all services together, and by k6. */
export type KneeUse = { services: number; generator: number };

type Found = {
  knee: Knee | undefined;
  phases: readonly PhaseFigures[];
  live: readonly Live[];
  looks: readonly Look[];
  used: readonly Used[];
};

/** Seconds of the run at which k6 began to ask: it takes a while to start. */
const begun = (live: readonly Live[]): number => live.findLast(({ requests }) => requests === 0)?.seconds ?? 0;

function cpusBetween(used: readonly Used[]): number {
  const [first, last] = [used[0], used.at(-1)];
  if (!first || !last || last.seconds <= first.seconds) return 0;
  return (last.cpuSeconds - first.cpuSeconds) / (last.seconds - first.seconds);
}

/**
 * What was in use at the knee of a climb, measured and not worked out; undefined where there is no knee, or nobody looked at
 * the services and at k6 twice while that step ran.
 */
export function useAtKnee({ knee, phases, live, looks, used }: Found): KneeUse | undefined {
  const step = phases.find(
    ({ phase }) => phase.kind === 'rate' && phase.name.startsWith('step_') && phase.rate === knee?.perSecond,
  );
  if (!step) return undefined;
  const start = begun(live) + step.phase.start;
  const meanwhile = <At extends { seconds: number }>(all: readonly At[]): At[] =>
    all.filter(({ seconds }) => seconds >= start && seconds <= start + step.phase.seconds);
  const services = servicesUse(meanwhile(looks)).reduce((sum, { cpus }) => sum + cpus, 0);
  const generator = cpusBetween(meanwhile(used));
  return services > 0 && generator > 0 ? { services, generator } : undefined;
}
