import { AppError } from '../http/problem.ts';

export const intervals = ['hour', 'day'] as const;
export type Interval = (typeof intervals)[number];

const lengths: Record<Interval, number> = { hour: 3_600_000, day: 86_400_000 };
/** Days that a range covers where only one end is given or none, and at most. */
const usualDays: Record<Interval, number> = { hour: 2, day: 30 };
const mostDays: Record<Interval, number> = { hour: 31, day: 366 };

/** Whole hours or days in UTC, from the first moment to the first one after. */
export type Range = { interval: Interval; from: Date; to: Date };

type Asked = { interval: Interval; from?: Date | undefined; to?: Date | undefined };

/** The hours or days that the asked moments touch. Without `to` up to now; a range that is too long is a 400. */
export function rangeOf({ interval, from, to }: Asked, now: Date): Range {
  const length = lengths[interval];
  const end = Math.ceil((to ?? now).getTime() / length) * length;
  const start = from ? Math.floor(from.getTime() / length) * length : end - usualDays[interval] * lengths.day;
  if (start >= end) throw new AppError('malformed', 'from: a moment before `to`');
  if (end - start > (mostDays[interval] + 1) * lengths.day) {
    throw new AppError('malformed', `from: at most ${mostDays[interval]} days before \`to\` with interval=${interval}`);
  }
  return { interval, from: new Date(start), to: new Date(end) };
}

/** The first moment of each hour or day in the range, in milliseconds. */
export function startsOf({ interval, from, to }: Range): number[] {
  const length = lengths[interval];
  return Array.from({ length: (to.getTime() - from.getTime()) / length }, (_, n) => from.getTime() + n * length);
}

/** The days that the range touches. */
export const daysOf = ({ from, to }: Range): Range => ({
  interval: 'day',
  from: new Date(Math.floor(from.getTime() / lengths.day) * lengths.day),
  to: new Date(Math.ceil(to.getTime() / lengths.day) * lengths.day),
});
