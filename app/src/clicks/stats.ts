import { z } from 'zod';
import { id, instant } from '../http/query.ts';
import { daysOf, intervals, type Range, startsOf } from './range.ts';
import { otherValue } from './rollup.ts';
import { dayOf } from './visitor.ts';

export const statsParams = z.object({ id });
export const statsQuery = z.object({
  from: instant.optional().describe('Hours or days from the one of this moment on; usually 30 days, or 2 by hour'),
  to: instant.optional().describe('Hours or days up to this moment; usually now'),
  interval: z.enum(intervals, 'hour or day').default('day').describe('At most 366 days, or 31 by hour'),
});

const count = z.int().nonnegative();
const share = z.object({ value: z.string(), clicks: count }).meta({ id: 'Share' });
const shares = (of: string) =>
  z.array(share).describe(`${of} of people's clicks, most clicks first, then the rest as "${otherValue}"; whole days`);

export const stats = z
  .object({
    url_id: z.int(),
    interval: z.enum(intervals),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    clicks: count.describe('All clicks of the range, bots too. Clicks of the last seconds may be missing'),
    bots: count.describe('Clicks of bots'),
    series: z.array(z.object({ start: z.iso.datetime(), clicks: count, bots: count })).describe('Each hour or day'),
    unique_visitors: z
      .array(z.object({ day: z.iso.date(), visitors: count }))
      .describe('People by day in UTC, exact up to 256 a day, within about 2 % beyond. Nobody is known over two days'),
    referrers: shares('Hosts that links were on, "(direct)" for none,'),
    browsers: shares('Browsers'),
    os: shares('Operating systems'),
    devices: shares('Kinds of device'),
  })
  .meta({ id: 'Stats' });
export type Stats = z.output<typeof stats>;

/** Sums as they are stored. */
export type StoredStats = {
  hours: readonly { start: number; clicks: number; bots: number }[];
  visitors: readonly { day: string; visitors: number }[];
  shares: readonly { kind: string; value: string; clicks: number }[];
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What clients see of the sums: hours and days without clicks are there with 0. */
export function presentStats(urlId: number, range: Range, { hours, visitors, shares: all }: StoredStats): Stats {
  const found = new Map(hours.map((row) => [row.start, row]));
  const series = startsOf(range).map((start) => {
    const { clicks, bots } = found.get(start) ?? { clicks: 0, bots: 0 };
    return { start: new Date(start).toISOString(), clicks, bots };
  });
  const people = new Map(visitors.map((row) => [row.day, row.visitors]));
  const unique = startsOf(daysOf(range)).map((start) => ({
    day: dayOf(start),
    visitors: people.get(dayOf(start)) ?? 0,
  }));
  const sharesOf = (kind: 'browser' | 'device' | 'os' | 'referrer') =>
    all.filter((row) => row.kind === kind).map(({ value, clicks }) => ({ value: value || '(direct)', clicks }));
  return {
    url_id: urlId,
    interval: range.interval,
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    clicks: sum(series.map(({ clicks }) => clicks)),
    bots: sum(series.map(({ bots }) => bots)),
    series,
    unique_visitors: unique,
    referrers: sharesOf('referrer'),
    browsers: sharesOf('browser'),
    os: sharesOf('os'),
    devices: sharesOf('device'),
  };
}
