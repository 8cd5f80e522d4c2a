import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';

/** Urls of one step: a few hundredths of a second's work, in a transaction of its own. */
const step = 20_000;
/** Between two rounds while somebody wants the order, and while nobody does; seconds. */
const pause = { wanted: 2, unwanted: 600 };
/** A round takes so small a part of the time: one of a million urls takes seconds. */
const share = 20;

/** The url after which a step begins, if one is due and no other replica takes it. */
async function dueStep(trx: Trx, wanted: boolean): Promise<{ reached: number } | undefined> {
  const { rows } = await sql<{ reached: number; due: boolean }>`
    select reached, ended_at is null or now() >= ended_at + greatest(
      make_interval(secs => ${wanted ? pause.wanted : pause.unwanted}), ${share} * (ended_at - began_at)) as due
    from url_ranking for update skip locked`.execute(trx);
  return rows.find(({ due }) => due);
}

/** The last url of the step that begins after this one; null where none is left. */
async function endOfStep(trx: Trx, after: number): Promise<number | null> {
  const { rows } = await sql<{ last: number | null }>`
    select max(id) as last from (
      select id from urls where id > ${after} order by id limit ${step}) as ahead`.execute(trx);
  return rows[0]?.last ?? null;
}

async function follow(trx: Trx, after: number, last: number): Promise<void> {
  await sql`
    insert into url_ranks (url_id, clicks)
    select counted.id, counted.clicks
    from (
      select urls.id, coalesce(sum(c.clicks), 0)::bigint as clicks
      from urls left join url_counters c on c.url_id = urls.id and c.url_id > ${after} and c.url_id <= ${last}
      where urls.id > ${after} and urls.id <= ${last} group by urls.id
    ) as counted
    left join url_ranks known on known.url_id = counted.id and known.url_id > ${after} and known.url_id <= ${last}
    where known.clicks is distinct from counted.clicks
    on conflict (url_id) do update set clicks = excluded.clicks`.execute(trx);
}

async function forget(trx: Trx, after: number, last: number | null): Promise<void> {
  await sql`
    delete from url_ranks known where url_id > ${after} and (${last}::bigint is null or url_id <= ${last})
    and not exists (select from urls where urls.id = known.url_id and urls.id > ${after}
      and (${last}::bigint is null or urls.id <= ${last}))`.execute(trx);
}

/** A round whose first step this is begins now. */
const begun = sql`case when ended_at is null then coalesce(began_at, now()) else now() end`;

/**
 * Takes the next step of a round through all urls that brings their ranks up to their counters, where one is due.
 * Answers whether another one is due at once.
 */
export const rankSome = (db: Db, wanted: boolean): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const due = await dueStep(trx, wanted);
    if (!due) return false;
    const last = await endOfStep(trx, due.reached);
    if (last !== null) await follow(trx, due.reached, last);
    await forget(trx, due.reached, last);
    const ended = last === null ? sql`now()` : sql`null`;
    await sql`update url_ranking set reached = ${last ?? 0}, began_at = ${begun}, ended_at = ${ended}`.execute(trx);
    return last !== null;
  });
