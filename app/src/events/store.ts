import { type SelectQueryBuilder, sql } from 'kysely';
import type { Database, Db, Trx } from '../database.ts';
import type { Details, Event, NewEvent } from './event.ts';
import type { EventRow } from './table.ts';

/**
 * Adds events and answers their ids, in the order of the given ones' numbers. One statement whatever their number, with
 * one parameter, as a parameter each costs more than the row.
 */
export async function insertEvents(db: Db | Trx, events: readonly NewEvent[]): Promise<number[]> {
  if (events.length === 0) return [];
  const { rows } = await sql<{ id: number }>`/* insert_events */
    insert into events (occurred_at, url_id, user_id, event_type, details)
    select coalesce(occurred_at, now()), url_id, user_id, event_type, details
    from json_to_recordset(${JSON.stringify(events)}::json)
      as r (occurred_at timestamptz, url_id bigint, user_id bigint, event_type text, details jsonb)
    returning id`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Adds for each of these urls of one user, all of them in `deleted_urls`, the event that it was deleted. Postgres makes
 * them, as they may be very many: sending each there and back costs more than the row.
 */
export async function insertDeletions(trx: Trx, userId: number, urlIds: readonly number[]): Promise<void> {
  await sql`/* insert_deletions */
    insert into events (url_id, user_id, event_type, details)
    select id, ${userId}, 'deleted', jsonb_build_object('short_code', short_code, 'original_url', original_url)
    from deleted_urls where id = any(${urlIds}::bigint[]) order by id`.execute(trx);
}

/** Of a user's events those that are looked through at most. */
const mostLookedAt = 50_000;

/** Codes of a user's urls that were deleted after a moment, `most` of them: newest first, of the newest events only. */
export async function recentDeletions(trx: Trx, userId: number, since: Date, most: number): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    select details->>'short_code' as code
    from (
      select event_type, details from events where user_id = ${userId} and occurred_at > ${since}
      order by id desc limit ${mostLookedAt}
    ) as newest
    where event_type = 'deleted' and details->>'short_code' is not null
    limit ${most}`.execute(trx);
  return rows.map(({ code }) => code);
}

type Shown = {
  id: number;
  url_id: number | null;
  user_id: number | null;
  event_type: string;
  occurred_at: Date;
  details: Details | null;
  short_code: string | null;
  original_url: string | null;
};

/** A click's row does not repeat its link's code, address and owner: they are joined. What the event itself says wins. */
export const present = (row: Shown): Event => ({
  id: row.id,
  url_id: row.url_id,
  user_id: row.user_id,
  event_type: row.event_type,
  timestamp: row.occurred_at.toISOString(),
  details: {
    ...(row.event_type === 'click' && { short_code: row.short_code, original_url: row.original_url }),
    ...row.details,
  },
});

const ownerOf = sql<number>`coalesce(e.user_id, case e.event_type when 'click' then u.user_id end)`;

/** The chosen events with what they are about: of a url or user that is deleted the id is null, code and address stay. */
export const shown = (db: Db | Trx, chosen: SelectQueryBuilder<Database, 'events', EventRow>) =>
  db
    .selectFrom(chosen.as('e'))
    .leftJoin('urls as u', 'u.id', 'e.url_id')
    .leftJoin('users as o', (join) => join.on('o.id', '=', ownerOf))
    .leftJoin('deleted_urls as d', (join) => join.onRef('d.id', '=', 'e.url_id').on('u.id', 'is', null))
    .select(['e.id', 'u.id as url_id', 'o.id as user_id', 'e.event_type', 'e.occurred_at'])
    .select((eb) => [
      eb.ref('e.details').$castTo<Details | null>().as('details'),
      eb.fn.coalesce('u.short_code', 'd.short_code').as('short_code'),
      eb.fn.coalesce('u.original_url', 'd.original_url').as('original_url'),
    ]);

/** One event as clients see it. Its month is not known from its id: each partition's key is asked. */
export async function findEvent(db: Db | Trx, id: number): Promise<Event | undefined> {
  const chosen = db.selectFrom('events').selectAll().where('id', '=', id);
  const row = await shown(db, chosen).executeTakeFirst();
  return row && present(row);
}

/** The event, held against other writers until the transaction ends. */
export const lockEvent = (trx: Trx, id: number): Promise<EventRow | undefined> =>
  trx.selectFrom('events').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/** What may change of an event; when it happened stays. */
export type EventChange = { [K in keyof Omit<NewEvent, 'occurred_at'>]?: NewEvent[K] | undefined };

/** Changes what is given; false where there is no such event. */
export async function updateEvent(db: Db | Trx, id: number, change: EventChange) {
  const { details, ...columns } = change;
  const values = { ...columns, ...(details && { details: JSON.stringify(details) }) };
  if (Object.values(values).every((value) => value === undefined)) return (await findEvent(db, id)) !== undefined;
  const { numUpdatedRows } = await db.updateTable('events').set(values).where('id', '=', id).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Takes an event out of the history; false where there is no such event. */
export async function deleteEvent(db: Db | Trx, id: number): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('events').where('id', '=', id).executeTakeFirst();
  return numDeletedRows > 0n;
}
