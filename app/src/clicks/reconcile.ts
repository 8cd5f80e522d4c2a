import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { holdRollups } from './store.ts';
import { differingCounters, differingHours, differingShares, eventHours, eventShares } from './sums.ts';

/** A sum that is not what it should be. */
export type Difference = { urlId: number; what: string; expected: number; found: number };

/** How many clicks each place counts, and where they disagree. */
export type Comparison = {
  /** First moment that is compared; what is older has sums but no events any more. */
  since: Date | undefined;
  events: number;
  hours: number;
  counters: number;
  differing: number;
  /** The first of them. */
  examples: readonly Difference[];
};

const mostExamples = 20;

/** The month of the oldest click that the history still has. Older sums are all that is left of their clicks. */
async function firstKept(trx: Trx): Promise<Date | undefined> {
  const { rows } = await sql<{ first: Date | null }>`
    select date_trunc('month', min(occurred_at), 'UTC') as first from events
    where event_type = 'click' and url_id is not null`.execute(trx);
  return rows[0]?.first ?? undefined;
}

const moment = (since: Date | undefined) => sql`${since?.toISOString() ?? 'infinity'}::timestamptz`;

async function totals(trx: Trx, since: Date | undefined) {
  const { rows } = await sql<{ events: number; hours: number; counters: number }>`
    select (select count(*) from events where event_type = 'click' and url_id is not null)::bigint as events,
           (select coalesce(sum(clicks), 0) from url_hours where hour >= ${moment(since)})::bigint as hours,
           (select coalesce(sum(clicks), 0) from url_counters)::bigint as counters`.execute(trx);
  return rows[0] ?? { events: 0, hours: 0, counters: 0 };
}

async function differences(trx: Trx, since: Date | undefined): Promise<(Difference & { all: number })[]> {
  const from = moment(since);
  const { rows } = await sql<{ url_id: number; what: string; expected: number; found: number; all: number }>`
    select url_id, what, coalesce(expected, 0)::bigint as expected, coalesce(found, 0)::bigint as found,
           count(*) over ()::bigint as all
    from (${differingHours(from)} union all ${differingShares(from)} union all ${differingCounters()}) as differing
    order by url_id, what limit ${mostExamples}`.execute(trx);
  return rows.map(({ url_id: urlId, ...rest }) => ({ urlId, ...rest }));
}

/** Compares the sums with the history they were made of, as they are at one moment. Changes nothing. */
export const compareSums = (db: Db): Promise<Comparison> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const since = await firstKept(trx);
      const found = await differences(trx, since);
      const examples = found.map(({ all: _, ...difference }) => difference);
      return { since, ...(await totals(trx, since)), differing: found[0]?.all ?? 0, examples };
    });

/**
 * Makes the sums anew from the history, for as long as it reaches back, and the counters from the sums. Ingestion waits
 * meanwhile. Unique visitors stay as they are: the history does not know who they were.
 */
export const repairSums = (db: Db): Promise<void> =>
  db.transaction().execute(async (trx) => {
    await holdRollups(trx);
    const since = await firstKept(trx);
    const from = moment(since);
    await sql`delete from url_hours where hour >= ${from}`.execute(trx);
    await sql`insert into url_hours (url_id, hour, clicks, bots) ${eventHours(from)}`.execute(trx);
    await sql`delete from url_shares where day >= (${from} at time zone 'UTC')::date`.execute(trx);
    await sql`insert into url_shares (url_id, day, kind, value, clicks) ${eventShares(from)}`.execute(trx);
    await sql`delete from url_counters`.execute(trx);
    await sql`insert into url_counters (url_id, slot, clicks)
      select url_id, 0, sum(clicks) from url_hours group by url_id`.execute(trx);
  });
