import { type Clamped, clampTo } from './decision.ts';
import type { Policy } from './policy.ts';

export type Change = { at: number; by: number };

type Rates = Pick<Policy, 'upStep' | 'upPeriod' | 'downStep' | 'downPeriod'>;

/** Keeps the changes that a rate can still see. */
export const recentChanges = (changes: readonly Change[], now: number, { upPeriod, downPeriod }: Rates): Change[] =>
  changes.filter(({ at }) => at > now - Math.max(upPeriod, downPeriod));

const moved = (changes: readonly Change[], since: number, direction: 1 | -1): number =>
  changes.reduce((sum, { at, by }) => (at > since && Math.sign(by) === direction ? sum + Math.abs(by) : sum), 0);

/** At most `upStep` replicas more in any `upPeriod`, at most `downStep` fewer in any `downPeriod`. */
export function limitRate(
  wanted: Clamped,
  changes: readonly Change[],
  current: number,
  now: number,
  { upStep, upPeriod, downStep, downPeriod }: Rates,
): Clamped {
  if (wanted.replicas > current) {
    const room = Math.max(0, upStep - moved(changes, now - upPeriod, 1));
    const limited = Math.min(wanted.replicas, current + room);
    return clampTo(wanted, limited, limited === current ? 'rate_up' : wanted.reason);
  }
  if (wanted.replicas < current) {
    const room = Math.max(0, downStep - moved(changes, now - downPeriod, -1));
    const limited = Math.max(wanted.replicas, current - room);
    return clampTo(wanted, limited, limited === current ? 'rate_down' : wanted.reason);
  }
  return wanted;
}
