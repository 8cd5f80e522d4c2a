import { beginHistory, decide } from '../decide/decide.ts';
import type { Policy } from '../decide/policy.ts';
import type { Machine } from './machine.ts';

/** What a scaler is shown once a second. `uses` are those of serving replicas; null is a failed reading. */
export type Shown = { second: number; serving: number; starting: number; uses: readonly (number | null)[] };
export type Wish = { replicas: number; saturated: boolean };
export type Scaler = (shown: Shown) => Wish;

/** Ours: the real decide function, at the real tick, and every second while a replica starts or the load asks for more. */
export function createOurs(policy: Policy, tick: number, machine: Machine): Scaler {
  let history = beginHistory(policy.min, 0);
  let last: Wish = { replicas: policy.min, saturated: false };
  let alert = false;
  return ({ second, starting, uses }) => {
    if (starting === 0 && !alert && second % Math.max(1, Math.round(tick / 1_000)) !== 0) return last;
    const replicas = [
      ...uses.map((use) => ({ ready: true, use })),
      ...Array.from({ length: starting }, () => ({ ready: false, use: null })),
    ];
    const view = {
      replicas,
      limits: { cpus: machine.limit, memory: null },
      machine: { cpus: machine.cpus, memory: Number.POSITIVE_INFINITY, memoryAvailable: { kind: 'absent' } },
      pressure: { kind: 'absent' },
      p95: { kind: 'absent' },
      override: { kind: 'none' },
    } as const;
    const result = decide(policy, history, view, second * 1_000);
    history = result.history;
    alert = result.decision.reason === 'window_up';
    last = { replicas: result.decision.desired, saturated: result.decision.saturated };
    return last;
  };
}

const poll = 10;
const high = 0.7;
const low = 0.3;
const pollsUp = 2;
const pollsDown = 6;
const coolDownUp = 60;
const coolDownDown = 120;

/**
 * The rule that most scalers made by hand use: the mean against two thresholds, so many polls in a row, one replica at a
 * time, a pause after each. A reading that failed counts as 0 %, as it does there.
 */
export function createThreshold({ max, min }: Pick<Policy, 'min' | 'max'>): Scaler {
  let replicas = min;
  let above = 0;
  let below = 0;
  let quietUntil = 0;
  return ({ second, uses }) => {
    if (second % poll !== 0) return { replicas, saturated: replicas === max && above > 0 };
    const mean = uses.reduce<number>((sum, use) => sum + (use ?? 0), 0) / Math.max(1, uses.length);
    above = mean > high ? above + 1 : 0;
    below = mean < low ? below + 1 : 0;
    const up = above >= pollsUp && replicas < max;
    const down = below >= pollsDown && replicas > min;
    if (second >= quietUntil && (up || down)) {
      replicas += up ? 1 : -1;
      quietUntil = second + (up ? coolDownUp : coolDownDown);
      above = 0;
      below = 0;
    }
    return { replicas, saturated: replicas === max && above > 0 };
  };
}
