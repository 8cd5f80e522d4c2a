import type { Query } from './cluster.ts';

/** Counts and checksums of what was there before a moment: equal on both sides, or something was lost or changed. */
export type Figures = { urls: string; links: string; events: string; lastDay: string };

/** @param before seconds since 1970 */
export async function readFigures(query: Query, before: number): Promise<Figures> {
  const moment = `to_timestamp(${before})`;
  const day = `${moment} - interval '1 day'`;
  const [urls] = await query(`select count(*), coalesce(sum(hashtextextended(short_code || ' ' || original_url, 0)), 0)
    from urls where created_at < ${moment}`);
  const [events] = await query(`select count(*), coalesce(sum(hashtextextended(e::text, 0))
    filter (where occurred_at >= ${day}), 0) from events e where occurred_at < ${moment}`);
  return { urls: urls?.[0] ?? '', links: urls?.[1] ?? '', events: events?.[0] ?? '', lastDay: events?.[1] ?? '' };
}

/** The names of what differs. */
export const differing = (a: Figures, b: Figures): string[] =>
  (Object.keys(a) as (keyof Figures)[]).filter((name) => a[name] !== b[name]);
