import type { Clamped } from './decision.ts';
import type { Policy, ReplicaView } from './policy.ts';

/** Sums of shares are binary fractions: without this, 1.2 / 0.6 could ask for three. */
const epsilon = 1e-9;

const forUse = (use: number, current: number, ready: number, policy: Pick<Policy, 'target' | 'tolerance'>): number => {
  const ratio = use / (ready * policy.target);
  if (Math.abs(ratio - 1) <= policy.tolerance + epsilon && ready === current) return current;
  return Math.ceil(use / policy.target - epsilon);
};

/**
 * How many replicas the load asks for: the sum of use over the target, as the Kubernetes HPA does it. A replica that is
 * not ready brings no use, so it counts as 0 % when the rest says up. A ready one whose reading failed is taken as 0 %
 * to go up and as 100 % to go down; where the two disagree with `current`, nothing moves.
 */
export function recommend(
  replicas: readonly ReplicaView[],
  current: number,
  policy: Pick<Policy, 'target' | 'tolerance'>,
): Clamped {
  const ready = replicas.filter((replica) => replica.ready);
  const known = ready.flatMap(({ use }) => (use === null ? [] : [use]));
  if (known.length === 0) return { replicas: current, reason: 'stats_missing' };
  const missing = ready.length - known.length;
  const sum = known.reduce((total, use) => total + use, 0);
  const least = forUse(sum, current, ready.length, policy);
  if (least > current) return { replicas: least, reason: 'load_up' };
  const most = forUse(sum + missing, current, ready.length, policy);
  if (most < current) return { replicas: most, reason: 'load_down' };
  return { replicas: current, reason: least === most ? 'steady' : 'stats_partial' };
}
