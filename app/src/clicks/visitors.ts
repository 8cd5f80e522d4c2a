import { sql } from 'kysely';
import type { Trx } from '../database.ts';
import type { VisitorRow } from './rollup.ts';
import { addVisitors, countVisitors, emptySketch } from './sketch.ts';
import { numberArray, textArray } from './sql-array.ts';

/** Sketches are up to 4 kB: so many are in memory at a time. */
const mostTogether = 500;

type Stored = { url_id: number; day: string; sketch: Buffer | null };

/** Makes the rows that are missing, and locks and reads all of them, in the order of their keys. */
async function lockRows(trx: Trx, rows: readonly VisitorRow[]): Promise<Stored[]> {
  const keys = sql`unnest(${numberArray(rows.map(({ urlId }) => urlId))}::bigint[],
                          ${textArray(rows.map(({ day }) => day))}::date[]) as keys (url_id, day)`;
  await sql`
    insert into url_visitors (url_id, day, visitors, sketch)
    select url_id, day, 0, ${emptySketch} from ${keys} order by url_id, day
    on conflict (url_id, day) do nothing`.execute(trx);
  const { rows: stored } = await sql<Stored>`
    select url_id, day::text, sketch from url_visitors join ${keys} using (url_id, day)
    order by url_id, day for update of url_visitors`.execute(trx);
  return stored;
}

async function addSome(trx: Trx, rows: readonly VisitorRow[]): Promise<void> {
  const come = new Map(rows.map(({ urlId, day, visitors }) => [`${urlId} ${day}`, visitors]));
  const changed = (await lockRows(trx, rows)).flatMap(({ url_id, day, sketch }) => {
    // A day whose sketch is gone is closed: who comes so late is not counted.
    const grown = sketch && addVisitors(sketch, come.get(`${url_id} ${day}`) ?? new Set());
    return grown && grown !== sketch ? [{ url_id, day, sketch: grown }] : [];
  });
  if (changed.length === 0) return;
  await sql`
    update url_visitors as stored set visitors = grown.visitors, sketch = decode(grown.sketch, 'base64')
    from unnest(${numberArray(changed.map(({ url_id }) => url_id))}::bigint[],
                ${textArray(changed.map(({ day }) => day))}::date[],
                ${numberArray(changed.map(({ sketch }) => countVisitors(sketch)))}::bigint[],
                ${textArray(changed.map(({ sketch }) => sketch.toString('base64')))}::text[])
      as grown (url_id, day, visitors, sketch)
    where (stored.url_id, stored.day) = (grown.url_id, grown.day)`.execute(trx);
}

/** Adds visitors to the sketch of their url and day. */
export async function addToVisitors(trx: Trx, rows: readonly VisitorRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += mostTogether) await addSome(trx, rows.slice(at, at + mostTogether));
}
