import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { type CounterRow, type HourRow, mostValues, otherValue, type ShareRow } from './rollup.ts';
import { numberArray, textArray } from './sql-array.ts';
import { firstOf } from './uuid.ts';

/** Any constant will do, as long as every release takes the same one. */
const rollupLock = 7_310_580;

/** Held by each transaction that moves sums; whoever holds it alone sees them stand still. */
export const shareRollups = (trx: Trx): Promise<unknown> =>
  sql`select pg_advisory_xact_lock_shared(${rollupLock})`.execute(trx);
export const holdRollups = (trx: Trx): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(${rollupLock})`.execute(trx);

/** Any other constant. */
const repeatsLock = 7_310_581;

/** Held by each transaction that writes clicks; whoever holds it alone sees all of those that were under way. */
export const shareRepeats = (trx: Trx): Promise<unknown> =>
  sql`select pg_advisory_xact_lock_shared(${repeatsLock})`.execute(trx);
export const holdRepeats = (trx: Trx): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(${repeatsLock})`.execute(trx);

/** Notes that these batches are in the history, and answers those that were not before. */
export async function claimBatches(trx: Trx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    insert into click_batches (id) select distinct id from unnest(${textArray(ids)}::uuid[]) as id order by id
    on conflict do nothing returning id`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/** Adds to the counters. A slot a replica, so that two of them do not wait for one another at a popular url. */
export async function addToCounters(trx: Trx, slot: number, rows: readonly CounterRow[]): Promise<void> {
  await sql`
    insert into url_counters as stored (url_id, slot, clicks)
    select url_id, ${slot}, clicks
    from unnest(${numberArray(rows.map(({ urlId }) => urlId))}::bigint[],
                ${numberArray(rows.map(({ clicks }) => clicks))}::bigint[]) as sums (url_id, clicks)
    order by url_id
    on conflict (url_id, slot) do update set clicks = stored.clicks + excluded.clicks`.execute(trx);
}

export async function addToHours(trx: Trx, rows: readonly HourRow[]): Promise<void> {
  await sql`
    insert into url_hours as stored (url_id, hour, clicks, bots)
    select url_id, to_timestamp(seconds), clicks, bots
    from unnest(${numberArray(rows.map(({ urlId }) => urlId))}::bigint[],
                ${numberArray(rows.map(({ hour }) => hour / 1_000))}::bigint[],
                ${numberArray(rows.map(({ clicks }) => clicks))}::bigint[],
                ${numberArray(rows.map(({ bots }) => bots))}::bigint[]) as sums (url_id, seconds, clicks, bots)
    order by url_id, seconds
    on conflict (url_id, hour) do update
      set clicks = stored.clicks + excluded.clicks, bots = stored.bots + excluded.bots`.execute(trx);
}

/**
 * Adds to the shares. Strangers choose the values: a url, day and kind takes a bounded number, then sums the rest. What
 * each of two transactions at the same time brings may pass the bound.
 */
export async function addToShares(trx: Trx, rows: readonly ShareRow[]): Promise<void> {
  await sql`
    insert into url_shares as stored (url_id, day, kind, value, clicks)
    select url_id, day, kind, bounded, sum(clicks)
    from unnest(${numberArray(rows.map(({ urlId }) => urlId))}::bigint[], ${textArray(rows.map(({ day }) => day))}::date[],
                ${textArray(rows.map(({ kind }) => kind))}::text[], ${textArray(rows.map(({ value }) => value))}::text[],
                ${numberArray(rows.map(({ clicks }) => clicks))}::bigint[]) as sums (url_id, day, kind, value, clicks),
    lateral (select case
      when exists (
        select from url_shares known
        where (known.url_id, known.day, known.kind, known.value) = (sums.url_id, sums.day, sums.kind, sums.value))
      or (select count(*) from url_shares known
        where (known.url_id, known.day, known.kind) = (sums.url_id, sums.day, sums.kind)) < ${mostValues}
      then value else ${otherValue} end as bounded offset 0) as bound
    group by url_id, day, kind, bounded
    order by url_id, day, kind, bounded collate "C"
    on conflict (url_id, day, kind, value) do update set clicks = stored.clicks + excluded.clicks`.execute(trx);
}

/** Keeps what cannot be read, for a person to look at. */
export async function setAside(trx: Trx, source: string, reason: string, payload: Buffer): Promise<void> {
  await trx.insertInto('click_aside').values({ source, reason, payload }).execute();
}

/** Whether Postgres refused the data itself (SQLSTATE classes 22 and 23): trying again would change nothing. */
export const isDataError = (error: unknown): boolean => /^2[23]/.test(String((error as { code?: unknown }).code));

export async function countAside(db: Db): Promise<number> {
  const { aside } = await db
    .selectFrom('click_aside')
    .select((eb) => eb.fn.countAll<number>().as('aside'))
    .executeTakeFirstOrThrow();
  return aside;
}

/** Batches removed by one statement. */
const mostRemoved = 10_000;

/** Forgets which batches made before this moment are in the history: they cannot come again. */
export async function forgetBatches(db: Db | Trx, before: number): Promise<void> {
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from click_batches where id = any(array(
        select id from click_batches where id < ${firstOf(before)}::uuid order by id limit ${mostRemoved}
      ))`.execute(db);
    if (Number(numAffectedRows ?? 0) < mostRemoved) return;
  }
}
