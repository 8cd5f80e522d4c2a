import type { Second } from './tally.ts';

/** From here on a p95 is too slow, in milliseconds. */
export const slow = 500;

/** A second whose requests were all answered, and well. */
export const isCalm = (second: Second | undefined): boolean =>
  second !== undefined &&
  second.sent > 0 &&
  second.open === 0 &&
  second.failed === 0 &&
  second.refused === 0 &&
  second.p95 < slow;

/** Seconds in a row that prove that all is well. */
export const streak = 3;

/** The first of so many calm seconds in a row from `from` on, of those that are over before `now`; undefined of none. */
export function calmSince(
  seconds: ReadonlyMap<number, Second>,
  from: number,
  now: number,
  wanted = streak,
): number | undefined {
  let first = from;
  for (let second = from; second < now; second += 1) {
    if (!isCalm(seconds.get(second))) first = second + 1;
    else if (second - first + 1 >= wanted) return first;
  }
  return undefined;
}
