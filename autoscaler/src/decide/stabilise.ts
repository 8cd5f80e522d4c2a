import { type Clamped, clampTo } from './decision.ts';
import type { Policy } from './policy.ts';

export type Recommendation = { at: number; replicas: number };

type Windows = Pick<Policy, 'upWindow' | 'downWindow'>;

/** Forgets what no window looks at any more, so that the history stays bounded by the windows. */
export const remember = (
  past: readonly Recommendation[],
  recommendation: Recommendation,
  { upWindow, downWindow }: Windows,
): Recommendation[] => [
  ...past.filter(({ at }) => at > recommendation.at - Math.max(upWindow, downWindow)),
  recommendation,
];

/**
 * Goes up only as far as every recommendation of the up window asked for, and down only as far as every one of the down
 * window allowed (the HPA's stabilisation windows). `past` includes the newest.
 */
export function stabilise(
  wanted: Clamped,
  past: readonly Recommendation[],
  current: number,
  now: number,
  { upWindow, downWindow }: Windows,
): Clamped {
  const within = (window: number) => past.filter(({ at }) => at > now - window).map(({ replicas }) => replicas);
  if (wanted.replicas > current) {
    const smallest = Math.max(current, Math.min(wanted.replicas, ...within(upWindow)));
    return clampTo(wanted, smallest, smallest === current ? 'window_up' : wanted.reason);
  }
  if (wanted.replicas < current) {
    const largest = Math.min(current, Math.max(wanted.replicas, ...within(downWindow)));
    return clampTo(wanted, largest, largest === current ? 'window_down' : wanted.reason);
  }
  return wanted;
}
