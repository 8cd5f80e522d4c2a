import { sql } from 'kysely';
import type { Trx } from '../database.ts';

/** A click as a row of history; `details` is a JSON object in one line. */
export type ClickEvent = { urlId: number; at: number; details: string };

type Asked = { urlId: number; at: number; requestId: string };
type Row = { id: number; at: number; request_id: string };

/** Clicks that are read at once: of most urls nothing newer than these, of a busy one more and more. */
const fewest = 200;
const growth = 4;
/** The newest clicks of a url that are looked through at most. */
const most = 50_000;
/** A batch may be written so many milliseconds later than those that were recorded after it. */
const latest = 30_000;

async function newestClicks(trx: Trx, urlId: number, before: number, count: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select id, (extract(epoch from occurred_at) * 1000)::bigint as at, details->>'request_id' as request_id
    from events where url_id = ${urlId} and event_type = 'click' and id < ${before}
    order by id desc limit ${count}`.execute(trx);
  return rows;
}

/** Of clicks of one url those that are in the history. Reads back as far as they may be, and no further than it must. */
async function findOfUrl<Click extends Asked>(
  trx: Trx,
  urlId: number,
  clicks: readonly Click[],
  apart: number,
): Promise<Click[]> {
  const oldest = Math.min(...clicks.map(({ at }) => at)) - apart - latest;
  const found = new Set<Click>();
  let before = Number.MAX_SAFE_INTEGER;
  for (let [read, count] = [0, fewest]; read < most && found.size < clicks.length; count *= growth) {
    const rows = await newestClicks(trx, urlId, before, count);
    const byRequest = Map.groupBy(rows, (row) => row.request_id);
    for (const click of clicks) {
      const same = byRequest.get(click.requestId) ?? [];
      if (same.some(({ at }) => Math.abs(at - click.at) <= apart)) found.add(click);
    }
    const last = rows.at(-1);
    if (!last || rows.length < count || last.at < oldest) break;
    before = last.id;
    read += count;
  }
  return [...found];
}

/** Those of these clicks that are in the history, recorded at most so many milliseconds apart from what is asked. */
export async function findClickEvents<Click extends Asked>(
  trx: Trx,
  clicks: readonly Click[],
  apart: number,
): Promise<ReadonlySet<Click>> {
  const found: Click[] = [];
  for (const [urlId, some] of Map.groupBy(clicks, ({ urlId }) => urlId)) {
    found.push(...(await findOfUrl(trx, urlId, some, apart)));
  }
  return new Set(found);
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
