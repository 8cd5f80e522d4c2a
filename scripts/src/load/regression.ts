import type { LoadResult } from './result.ts';

/** How much worse than the baseline a run may be before it counts as slower. */
export const tolerance = { answered: 0.15, cost: 0.25 };

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/**
 * CPU of the whole stack for each CPU that k6 took to send the same requests. k6 is the gauge: it does the same work in
 * every run, so what a faster or busier machine changes falls out.
 */
function cost({ services, generatorCpus }: LoadResult): number | undefined {
  const cpus = services.reduce((sum, { cpus: used }) => sum + used, 0);
  return cpus > 0 && generatorCpus > 0 ? cpus / generatorCpus : undefined;
}

/** Share of what was asked for that was answered: below 1 where the service or the machine could not follow. */
function answeredShare({ phases }: LoadResult): number {
  const requests = phases.reduce((sum, each) => sum + each.requests, 0);
  const dropped = phases.reduce((sum, each) => sum + each.dropped, 0);
  return requests + dropped > 0 ? requests / (requests + dropped) : 0;
}

/** Where a run is worse than an older one of the same scenario. Neither figure is a time. */
export function worseThan(now: LoadResult, before: LoadResult): string[] {
  if (now.scenario !== before.scenario) return [`the baseline is of ${before.scenario}, not of ${now.scenario}`];
  const [was, is] = [cost(before), cost(now)];
  const [answeredBefore, answered] = [answeredShare(before), answeredShare(now)];
  const { commit } = before.machine;
  return [
    ...(was !== undefined && is !== undefined && is > was * (1 + tolerance.cost)
      ? [`the stack takes ${is.toFixed(1)} times the CPU of k6, ${was.toFixed(1)} times in ${commit}`]
      : []),
    ...(answered < answeredBefore * (1 - tolerance.answered)
      ? [`${percent(answered)} of what was asked for was answered, ${percent(answeredBefore)} in ${commit}`]
      : []),
  ];
}
