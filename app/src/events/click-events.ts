import { sql } from 'kysely';
import type { Trx } from '../database.ts';

/** A click as a row of history; `details` is a JSON object in one line. */
export type ClickEvent = { urlId: number; at: number; details: string };

type Asked = { urlId: number; at: number; requestId: string };

/** Clicks of one url that are looked through: more than it gets in a few seconds. */
const mostNewest = 50_000;

/** Those of these clicks that are among the newest of the history, at most so many milliseconds apart from what is asked. */
export async function findClickEvents<Click extends Asked>(
  trx: Trx,
  clicks: readonly Click[],
  apart: number,
): Promise<ReadonlySet<Click>> {
  const { rows } = await sql<{ place: number }>`
    with asked as materialized (
      select url_id, to_timestamp(at / 1000.0) as at, request_id, place
      from unnest(${clicks.map(({ urlId }) => urlId)}::bigint[], ${clicks.map(({ at }) => at)}::bigint[],
                  ${clicks.map(({ requestId }) => requestId)}::text[])
        with ordinality as clicks (url_id, at, request_id, place)
    )
    select distinct place from (select distinct url_id from asked) as urls
    cross join lateral (
      select occurred_at, details->>'request_id' as request_id from events
      where url_id = urls.url_id and event_type = 'click' order by id desc limit ${mostNewest}
    ) as newest
    join asked on asked.url_id = urls.url_id and asked.request_id = newest.request_id
      and abs(extract(epoch from asked.at - newest.occurred_at)) * 1000 <= ${apart}`.execute(trx);
  return new Set(rows.flatMap(({ place }) => clicks[place - 1] ?? []));
}

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
