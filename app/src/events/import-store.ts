import { sql } from 'kysely';
import type { Trx } from '../database.ts';
import type { ImportedEvent } from './imported-event.ts';

/** Adds the events whose id nobody has, and answers their places in `events`. One without an id always is a new one. */
export async function insertImportedEvents(trx: Trx, events: readonly ImportedEvent[]): Promise<Set<number>> {
  const given = JSON.stringify(events.map((event, place) => ({ place, ...event })));
  // The key is id and time, as partitions want it; the id alone has to be checked beside it.
  const { rows } = await sql<{ place: number }>`
    with given as (
      select *, row_number() over (partition by id order by place) as turn
      from json_to_recordset(${given}::json) as r (place int, id bigint, url_id bigint, user_id bigint,
        event_type text, "timestamp" timestamptz, details jsonb)
    ), wanted as materialized (
      select * from given where id is null or (turn = 1 and not exists (select from events where events.id = given.id))
    ), inserted as (
      insert into events (id, occurred_at, url_id, user_id, event_type, details)
      select coalesce(id, nextval('events_id_seq')), "timestamp", url_id, user_id, event_type, details
      from wanted order by place
    )
    select place from wanted`.execute(trx);
  return new Set(rows.map(({ place }) => place));
}
