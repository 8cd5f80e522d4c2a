import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { daysOf, type Range } from './range.ts';
import { otherValue } from './rollup.ts';
import type { StoredStats } from './stats.ts';
import { dayOf } from './visitor.ts';

/** Values of a kind that are named; the rest is summed. */
const mostNamed = 20;

async function readHours(db: Db, urlId: number, { interval, from, to }: Range): Promise<StoredStats['hours']> {
  const { rows } = await sql<{ start: Date; clicks: number; bots: number }>`
    select date_trunc(${interval}, hour, 'UTC') as start, sum(clicks)::bigint as clicks, sum(bots)::bigint as bots
    from url_hours where url_id = ${urlId} and hour >= ${from} and hour < ${to} group by 1`.execute(db);
  return rows.map(({ start, clicks, bots }) => ({ start: start.getTime(), clicks, bots }));
}

async function readVisitors(db: Db, urlId: number, from: string, to: string): Promise<StoredStats['visitors']> {
  const { rows } = await sql<{ day: string; visitors: number }>`
    select day::text, visitors from url_visitors
    where url_id = ${urlId} and day >= ${from}::date and day < ${to}::date`.execute(db);
  return rows;
}

async function readShares(db: Db, urlId: number, from: string, to: string): Promise<StoredStats['shares']> {
  const { rows } = await sql<{ kind: string; value: string; clicks: number }>`
    with stored as (
      select kind, value, sum(clicks) as clicks from url_shares
      where url_id = ${urlId} and day >= ${from}::date and day < ${to}::date group by kind, value
    ), shares as (
      select kind, value, clicks from stored where kind = 'referrer'
      union all
      select 'referrer', '', sum(case kind when 'agent' then clicks else -clicks end) as direct from stored
      union all
      select part.kind, case value when ${otherValue} then value else split_part(value, '|', place) end, sum(clicks)
      from stored, (values ('browser', 1), ('os', 2), ('device', 3)) as part (kind, place)
      where stored.kind = 'agent' group by 1, 2
    ), placed as (
      select *, row_number() over (partition by kind order by value = ${otherValue}, clicks desc, value) as place
      from shares where clicks > 0
    ), named as (
      select kind, case when place <= ${mostNamed} then value else ${otherValue} end as value, clicks, place from placed
    )
    select kind, value, sum(clicks)::bigint as clicks from named
    group by kind, value order by kind, value = ${otherValue}, min(place)`.execute(db);
  return rows;
}

/** What is summed of a url's clicks in the range; undefined where there is no such url. Reads no clicks. */
export async function readStats(db: Db, urlId: number, range: Range): Promise<StoredStats | undefined> {
  const { from, to } = daysOf(range);
  const days = [dayOf(from.getTime()), dayOf(to.getTime())] as const;
  const [url, hours, visitors, shares] = await Promise.all([
    db.selectFrom('urls').select('id').where('id', '=', urlId).executeTakeFirst(),
    readHours(db, urlId, range),
    readVisitors(db, urlId, ...days),
    readShares(db, urlId, ...days),
  ]);
  return url && { hours, visitors, shares };
}
