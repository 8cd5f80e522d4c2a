import { ScriptError } from '../platform/run.ts';
import { unknownCommit } from './machine.ts';
import type { LoadResult } from './result.ts';

/** How much worse than the baseline a run may be before it counts as slower. */
export const tolerance = { answered: 0.15, cost: 0.25, slowness: 0.5 };

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/**
 * CPU of the whole stack for each CPU that k6 took to send the same requests. k6 is the gauge: it does the same work in
 * every run, so what a faster or busier machine changes falls out.
 */
function cost({ services, generatorCpus }: LoadResult): number | undefined {
  const cpus = services.reduce((sum, { cpus: used }) => sum + used, 0);
  return cpus > 0 && generatorCpus > 0 ? cpus / generatorCpus : undefined;
}

/** Share of what was asked for that was answered as it should: below 1 where the service or the machine could not follow. */
function answeredShare({ failures, phases }: LoadResult): number {
  const requests = phases.reduce((sum, each) => sum + each.requests, 0);
  const dropped = phases.reduce((sum, each) => sum + each.dropped, 0);
  const { shed, noAnswer, broken, unexpected } = failures;
  return (requests - shed - noAnswer - broken - unexpected) / Math.max(1, requests + dropped);
}

/**
 * How many times as long as what the edge answers alone redirects take (p95): the edge is the ceiling that was measured in
 * the same run, in the same seconds. Of phases that are judged the one in the middle.
 */
function slowness({ phases }: LoadResult): number | undefined {
  const ratios = phases
    .filter(({ phase, edge, redirect }) => phase.judged && edge && edge.p95 > 0 && redirect.p95 > 0)
    .map(({ redirect, edge = redirect }) => redirect.p95 / edge.p95)
    .toSorted((a, b) => a - b);
  return ratios[ratios.length >> 1];
}

/**
 * The text of a result, to compare a run of a scenario with; throws where it is none, or one of another scenario, or of a
 * commit that nobody knows: what is slower since when is then no answer.
 */
export function parseBaseline(text: string, scenario: string): LoadResult {
  const found = JSON.parse(text) as LoadResult;
  if (found.format !== 1 || found.scenario !== scenario)
    throw new ScriptError(`the baseline is of ${found.scenario}, not of ${scenario}`);
  if (found.machine.commit === unknownCommit) throw new ScriptError('the baseline does not say of which commit it is');
  if (cost(found) === undefined) throw new ScriptError('the baseline does not say what the stack and k6 have used');
  return found;
}

const planOf = ({ phases }: LoadResult): string => JSON.stringify(phases.map(({ phase }) => phase));

/** Where a run is worse than an older one of the same scenario. No figure is a time. */
export function worseThan(now: LoadResult, before: LoadResult): string[] {
  // A redirect among few costs more than one among many.
  if (planOf(now) !== planOf(before))
    return ['the baseline was asked for another rate or length: nothing was compared'];
  const [was, is] = [cost(before), cost(now)];
  const [slownessBefore, slow] = [slowness(before), slowness(now)];
  const [answeredBefore, answered] = [answeredShare(before), answeredShare(now)];
  const { commit } = before.machine;
  return [
    ...(is === undefined ? ['nobody saw what the stack and k6 used: their share was not compared'] : []),
    ...(was !== undefined && is !== undefined && is > was * (1 + tolerance.cost)
      ? [`the stack takes ${is.toFixed(1)} times the CPU of k6, ${was.toFixed(1)} times in ${commit}`]
      : []),
    ...(slownessBefore !== undefined && slow !== undefined && slow > slownessBefore * (1 + tolerance.slowness)
      ? [
          `redirects take ${slow.toFixed(1)} times as long as the edge alone (p95), ${slownessBefore.toFixed(1)} times in ${commit}`,
        ]
      : []),
    ...(answered < answeredBefore * (1 - tolerance.answered)
      ? [`${percent(answered)} of what was asked for was answered, ${percent(answeredBefore)} in ${commit}`]
      : []),
  ];
}
