import { countRequests, type Figures, p95, type Span } from '../observe/figures.ts';
import { isLive, type Replica } from '../replicas/replica.ts';
import type { EdgeFigures, Rollout, RolloutFacts } from './release.ts';

/** How long before a rollout tells what was normal. */
const usual = 60_000;

const count = (figures: Figures, span: Span, addresses?: ReadonlySet<string>): EdgeFigures => ({
  ...countRequests(figures, span, addresses),
  p95: p95(figures, span, addresses),
});

/**
 * What was normal before a rollout: to be taken when it begins, as figures are not kept as long as it may last. Without the
 * second in which it began: that may hold its own errors already.
 */
export const normalBefore = (figures: Figures, { startedAt }: Rollout): EdgeFigures =>
  count(figures, { from: startedAt - usual, to: startedAt - (startedAt % 1_000) });

/** What is known of a rollout now, from the replicas and the edge's figures. */
export function rolloutFacts(
  rollout: Rollout,
  replicas: readonly Replica[],
  desired: number,
  figures: Figures,
  now: number,
): RolloutFacts {
  const isNew = ({ release }: Replica) => release === rollout.to.id;
  const fresh = replicas.filter(isNew);
  const old = replicas.filter((replica) => !isNew(replica));
  const addresses = new Set(fresh.flatMap(({ address }) => (address === null ? [] : [address])));
  const serving = (of: readonly Replica[]) => of.filter(({ state }) => state === 'serving').length;
  return {
    newServing: serving(fresh),
    newAny: fresh.length,
    newFailure: fresh.find(({ failure }) => failure !== null)?.failure ?? null,
    oldServing: serving(old),
    oldAny: old.filter((replica) => isLive(replica) || replica.state === 'draining').length,
    desired,
    bake: count(figures, { from: rollout.bakeFrom ?? now, to: now + 1 }, addresses),
    before: rollout.before ?? normalBefore(figures, rollout),
  };
}
