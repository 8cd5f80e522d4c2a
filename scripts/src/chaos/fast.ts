import { slow } from './recovery.ts';
import type { Second } from './tally.ts';

/** Of so many requests one may be slow, refused or lost. */
const oneIn = 20;

/** Whether the p95 of all that was sent in a second is low: what was not answered well counts as slow. */
const isFast = (second: Second | undefined): boolean =>
  second !== undefined &&
  second.sent > 0 &&
  (second.open + second.failed + second.refused) * oneIn <= second.sent &&
  second.p95 < slow;

/** The first second from which on all are fast until before `end`; undefined where the last of them is not. */
export function fastSince(seconds: ReadonlyMap<number, Second>, from: number, end: number): number | undefined {
  let first = from;
  for (let second = from; second < end; second += 1) if (!isFast(seconds.get(second))) first = second + 1;
  return first < end ? first : undefined;
}

/** The times of a fault, and of the beginning of its traffic, in milliseconds since the epoch. */
type Standing = { start: number; injected: number; cured: number };

/**
 * When a fault that still stands costs users no more time, until its cure, in milliseconds since the epoch; undefined of
 * never. The second of the cure is left out: it is of both.
 */
export function fastFrom(seconds: ReadonlyMap<number, Second>, { start, injected, cured }: Standing) {
  const secondOf = (at: number) => Math.floor((at - start) / 1_000);
  const since = fastSince(seconds, secondOf(injected), secondOf(cured));
  return since === undefined ? undefined : Math.max(injected, start + since * 1_000);
}
