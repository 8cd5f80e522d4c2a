import { effectiveMax, memoryLow } from './capacity.ts';
import { type Clamped, clampTo, type Decision } from './decision.ts';
import type { Policy, View } from './policy.ts';
import { type Change, limitRate, recentChanges } from './rates.ts';
import { recommend } from './recommend.ts';
import { type Recommendation, remember, stabilise } from './stabilise.ts';

/** What earlier decisions leave to later ones. */
export type History = { desired: number; recommendations: readonly Recommendation[]; changes: readonly Change[] };

/** The history of a process that has just found `replicas` of them: it must see a whole down window before it goes down. */
export const beginHistory = (replicas: number, now: number): History => ({
  desired: replicas,
  recommendations: [{ at: now, replicas }],
  changes: [],
});

/** Nothing is taken away while the machine or the users suffer, or while it cannot be told whether they do. */
function holdIfSuffering(step: Clamped, current: number, { pressure, p95 }: View, policy: Policy): Clamped {
  if (step.replicas >= current) return step;
  if (pressure.kind === 'unknown' || (pressure.kind === 'value' && pressure.value > policy.maxPressure))
    return { replicas: current, reason: 'pressure' };
  if (p95.kind === 'unknown' || (p95.kind === 'value' && p95.value > policy.maxP95))
    return { replicas: current, reason: 'slow' };
  return step;
}

function bound(step: Clamped, current: number, view: View, policy: Policy, ceiling: number): Clamped {
  const floor = Math.min(policy.min, ceiling);
  const fitted =
    step.replicas > current && current >= floor && memoryLow(view) ? clampTo(step, current, 'memory_low') : step;
  if (fitted.replicas > ceiling) return { replicas: ceiling, reason: ceiling < current ? 'above_max' : 'saturated' };
  return clampTo(fitted, Math.max(fitted.replicas, floor), current < floor ? 'below_min' : 'steady');
}

function overridden(current: number, { override }: View, policy: Policy, ceiling: number): Clamped | undefined {
  if (override.kind === 'none') return undefined;
  if (override.kind === 'paused' || override.kind === 'no_template')
    return { replicas: current, reason: override.kind };
  const replicas = override.kind === 'pinned' ? override.replicas : current;
  return { replicas: Math.min(Math.max(replicas, Math.min(policy.min, ceiling)), ceiling), reason: override.kind };
}

/**
 * One decision from what was seen, without clock or I/O: recommendation → windows → rates → suffering → bounds, each a
 * named step (the algorithm of the Kubernetes HPA). Answers the decision and the history for the next one.
 */
export function decide(
  policy: Policy,
  history: History,
  view: View,
  now: number,
): { decision: Decision; history: History } {
  const current = history.desired;
  const ceiling = effectiveMax(policy, view);
  const raw = recommend(view.replicas, current, policy);
  const recommendations = remember(history.recommendations, { at: now, replicas: raw.replicas }, policy);
  const changes = recentChanges(history.changes, now, policy);
  const steady = stabilise(raw, recommendations, current, now, policy);
  const paced = limitRate(steady, changes, current, now, policy);
  const safe = holdIfSuffering(paced, current, view, policy);
  const own = bound(safe, current, view, policy, ceiling.replicas);
  const { replicas: desired, reason } = overridden(current, view, policy, ceiling.replicas) ?? own;
  const decision: Decision = {
    desired,
    wanted: raw.replicas,
    reason,
    effectiveMax: ceiling.replicas,
    boundBy: ceiling.boundBy,
    saturated: raw.replicas > ceiling.replicas && desired >= ceiling.replicas,
  };
  const change = desired === current ? [] : [{ at: now, by: desired - current }];
  return { decision, history: { desired, recommendations, changes: [...changes, ...change] } };
}
