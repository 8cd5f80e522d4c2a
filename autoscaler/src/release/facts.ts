import { countRequests, countUnanswered, type Figures, p95, type Span } from '../observe/figures.ts';
import { isLive, type Replica } from '../replicas/replica.ts';
import type { EdgeFigures, Rollout, RolloutFacts } from './release.ts';

/** How long before a rollout tells what was normal. */
const usual = 60_000;

/**
 * An error without an answer may be the death of its replica, of which the engine tells a moment later: until then it is
 * not told from a refusal, and the rollout would go back for the lesser reason.
 */
const untilDeathIsTold = 2_000;

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

/** What the edge told of the new replicas since the bake began. */
function baked(figures: Figures, from: number, now: number, addresses: ReadonlySet<string>): EdgeFigures {
  const all = count(figures, { from, to: now + 1 }, addresses);
  const lately = { from: Math.max(from, now - untilDeathIsTold), to: now + 1 };
  return { ...all, errors: all.errors - countUnanswered(figures, lately, addresses) };
}

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
    bake: baked(figures, rollout.bakeFrom ?? now, now, addresses),
    before: rollout.before ?? normalBefore(figures, rollout),
  };
}
