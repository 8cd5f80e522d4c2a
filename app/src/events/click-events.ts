import { sql } from 'kysely';
import type { Trx } from '../database.ts';

/** A click as a row of history; `details` is a JSON object in one line. */
export type ClickEvent = { urlId: number; at: number; details: string };

/** Adds many clicks to the history in one statement. */
export async function insertClickEvents(trx: Trx, events: readonly ClickEvent[]): Promise<void> {
  await sql`
    insert into events (occurred_at, url_id, event_type, details)
    select to_timestamp(at / 1000.0), url_id, 'click', details::jsonb
    from unnest(${`{${events.map(({ at }) => at).join(',')}}`}::bigint[],
                ${`{${events.map(({ urlId }) => urlId).join(',')}}`}::bigint[],
                string_to_array(${events.map(({ details }) => details).join('\n')}, ${'\n'}))
      as clicks (at, url_id, details)`.execute(trx);
}
