import { createHash } from 'node:crypto';
import type { Failure } from '../replicas/replica.ts';

/** An image with the configuration of the template it was rolled out with. */
export type Release = {
  id: string;
  /** As it was asked for: a digest, a tag, an image id. */
  image: string;
  /** What replicas are created from: by digest where there is one, else the image id. */
  createFrom: string;
  imageId: string;
  templateId: string;
  configHash: string;
  /** What its ready page must report; null where any will do. */
  version: string | null;
  at: number;
};

/** Names a release by what makes it different: its image and its configuration. */
export const releaseId = (imageId: string, configHash: string): string =>
  createHash('sha256').update(`${imageId}\n${configHash}`).digest('hex').slice(0, 12);

export const causes = ['not_ready', 'restarts', 'errors', 'slow', 'wrong_version', 'warm_failed', 'timeout'] as const;
export type Cause = (typeof causes)[number];

export type EdgeCount = { requests: number; errors: number };
export type EdgeFigures = EdgeCount & { p95: number | null };

export type Rollout = {
  to: Release;
  from: Release;
  by: string;
  startedAt: number;
  phase: 'rolling' | 'rolling_back';
  /** When the first new replica served; the bake counts from there. */
  bakeFrom: number | null;
  /** It has served before, so that going back to it needs no watch. */
  trusted: boolean;
  cause: Cause | null;
  /** What the edge told of all replicas in the time before it began; null until the first look. */
  before: EdgeFigures | null;
};

export type ReleasePolicy = {
  bake: number;
  timeout: number;
  /** Share of errors above which new replicas are worse, whatever was before. */
  maxErrors: number;
  /** p95 in milliseconds below which no release is called slow. */
  maxP95: number;
};

/** What is known of a rollout now. New replicas are those of `to`. */
export type RolloutFacts = {
  newServing: number;
  newAny: number;
  newFailure: Failure | null;
  oldServing: number;
  oldAny: number;
  desired: number;
  /** Edge figures of the new replicas since the bake began, and of all in the time before the rollout. */
  bake: EdgeFigures;
  before: EdgeFigures;
};

export type Progress =
  | { kind: 'going'; rollout: Rollout }
  | { kind: 'over'; outcome: 'done' | 'rolled_back'; rollout: Rollout };

/** What became of a rollout in this tick. */
export type RolloutNews =
  | { kind: 'back'; rollout: Rollout; cause: Cause }
  | { kind: 'over'; rollout: Rollout; outcome: 'done' | 'rolled_back' };

const causeOf: Record<Failure, Cause> = {
  died: 'restarts',
  hung: 'restarts',
  unhealthy: 'not_ready',
  not_ready: 'not_ready',
  warm_failed: 'warm_failed',
  wrong_version: 'wrong_version',
};

/** Fewer errors may be chance. */
const fewestErrors = 3;
/** How much worse than before is worse. */
const worseFactor = 2;
const slowerFactor = 3;

const share = ({ requests, errors }: EdgeCount): number => (requests === 0 ? 0 : errors / requests);

/** Why this rollout must go back, or null while nothing speaks against it. */
export function objection(rollout: Rollout, facts: RolloutFacts, policy: ReleasePolicy, now: number): Cause | null {
  if (facts.newFailure !== null) return causeOf[facts.newFailure];
  const limit = Math.max(policy.maxErrors, worseFactor * share(facts.before));
  if (facts.bake.errors >= fewestErrors && share(facts.bake) > limit) return 'errors';
  const slowLimit = Math.max(policy.maxP95, slowerFactor * (facts.before.p95 ?? 0));
  if (facts.bake.p95 !== null && facts.bake.p95 > slowLimit) return 'slow';
  return now - rollout.startedAt > policy.timeout ? 'timeout' : null;
}

/**
 * One look at a rollout: surge → gate → swap → bake → done, or back. The replicas' own moves are the plan's; this only
 * says which release they shall be of. A rollback ends when nothing of the new release is left and enough old ones serve.
 */
export function advance(rollout: Rollout, facts: RolloutFacts, policy: ReleasePolicy, now: number): Progress {
  if (rollout.phase === 'rolling_back') {
    const back = facts.newAny === 0 && facts.oldServing >= facts.desired;
    return back ? { kind: 'over', outcome: 'rolled_back', rollout } : { kind: 'going', rollout };
  }
  const cause = objection(rollout, facts, policy, now);
  if (cause !== null) return { kind: 'going', rollout: { ...rollout, phase: 'rolling_back', cause } };
  const bakeFrom = rollout.bakeFrom ?? (facts.newServing > 0 ? now : null);
  const baking = { ...rollout, bakeFrom };
  const swapped = facts.newServing >= facts.desired && facts.oldAny === 0;
  return swapped && isBaked(baking, policy, now)
    ? { kind: 'over', outcome: 'done', rollout: baking }
    : { kind: 'going', rollout: baking };
}

const isBaked = ({ bakeFrom, trusted }: Rollout, { bake }: ReleasePolicy, now: number): boolean =>
  bakeFrom !== null && (trusted || now - bakeFrom >= bake);

/** Whether one replica of the old release must stay to serve: until the bake is over, all new ones may yet fail at once. */
export const holdsOld = (rollout: Rollout, policy: ReleasePolicy, now: number): boolean =>
  rollout.phase === 'rolling' && !isBaked(rollout, policy, now);

/** The release that replicas shall be of while this rollout is under way. */
export const wantedRelease = ({ phase, to, from }: Rollout): Release => (phase === 'rolling' ? to : from);
