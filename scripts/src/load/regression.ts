import type { LoadResult } from './result.ts';

/** How much worse than the baseline a run may be before it counts as slower. */
export const tolerance = { throughput: 0.15, cpu: 0.25 };

/** Requests that the judged phases answered for each second of CPU that the whole stack used. */
function perCpuSecond({ phases, services }: LoadResult): number | undefined {
  const cpus = services.reduce((sum, { cpus: used }) => sum + used, 0);
  const judged = phases.filter(({ phase }) => phase.name !== 'warm_up');
  const seconds = judged.reduce((sum, { phase }) => sum + phase.seconds, 0);
  const requests = judged.reduce((sum, each) => sum + each.requests, 0);
  return cpus > 0 && seconds > 0 ? requests / (cpus * seconds) : undefined;
}

/** Share of what was asked for that was answered: below 1 where the service or the machine could not follow. */
const answeredShare = ({ phases }: LoadResult): number => {
  const sum = (pick: (phase: LoadResult['phases'][number]) => number) =>
    phases.reduce((all, each) => all + pick(each), 0);
  const asked = sum(({ requests, dropped }) => requests + dropped);
  return asked > 0 ? sum(({ requests }) => requests) / asked : 0;
};

/**
 * Where a run is worse than an older one of the same scenario. Neither is a time: the share of what was asked for that
 * was answered, and requests for each second of CPU, which a busy machine moves least.
 */
export function worseThan(now: LoadResult, before: LoadResult): string[] {
  if (now.scenario !== before.scenario) return [`the baseline is of ${before.scenario}, not of ${now.scenario}`];
  const [was, is] = [perCpuSecond(before), perCpuSecond(now)];
  const [answeredBefore, answered] = [answeredShare(before), answeredShare(now)];
  return [
    ...(was !== undefined && is !== undefined && is < was * (1 - tolerance.cpu)
      ? [`${is.toFixed(0)} requests for a second of CPU, ${was.toFixed(0)} in ${before.machine.commit}`]
      : []),
    ...(answered < answeredBefore * (1 - tolerance.throughput)
      ? [
          `${(answered * 100).toFixed(0)} % of what was asked for was answered, ${(answeredBefore * 100).toFixed(0)} % in ${before.machine.commit}`,
        ]
      : []),
  ];
}
