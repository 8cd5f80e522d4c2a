import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import type { Generations } from '../generations.ts';
import type { VisitorRow } from './rollup.ts';
import { addVisitors, countVisitors, emptySketch } from './sketch.ts';
import { numberArray, textArray } from './sql-array.ts';

/** Sketches are up to 4 kB: so many are in memory at a time. */
const mostTogether = 500;

type Stored = { url_id: number; day: string; sketch: Buffer };

const keysOf = (rows: readonly { urlId: number; day: string }[]) => sql`
  unnest(${numberArray(rows.map(({ urlId }) => urlId))}::bigint[], ${textArray(rows.map(({ day }) => day))}::date[])`;

/** Makes the sketches that are missing, and locks and reads all of them, in the order of their keys. */
async function lockSketches(trx: Trx, rows: readonly VisitorRow[]): Promise<Stored[]> {
  await sql`
    insert into url_sketches (url_id, day, sketch)
    select url_id, day, ${emptySketch}::bytea from ${keysOf(rows)} as keys (url_id, day) order by day, url_id
    on conflict do nothing`.execute(trx);
  const { rows: stored } = await sql<Stored>`
    select url_id, day::text, sketch from url_sketches join ${keysOf(rows)} as keys (url_id, day) using (url_id, day)
    order by day, url_id for update of url_sketches`.execute(trx);
  return stored;
}

async function writeSketches(trx: Trx, rows: readonly { urlId: number; day: string; sketch: Buffer }[]): Promise<void> {
  await sql`
    update url_sketches as stored set sketch = decode(grown.sketch, 'base64')
    from rows from (${keysOf(rows)}, unnest(${textArray(rows.map(({ sketch }) => sketch.toString('base64')))}::text[]))
      as grown (url_id, day, sketch)
    where (stored.url_id, stored.day) = (grown.url_id, grown.day)`.execute(trx);
  // Not less than before: a click that comes after its day's sketch has gone begins a new one.
  await sql`
    insert into url_visitors as stored (url_id, day, visitors)
    select url_id, day, visitors
    from rows from (${keysOf(rows)}, unnest(${numberArray(rows.map(({ sketch }) => countVisitors(sketch)))}::bigint[]))
      as counted (url_id, day, visitors)
    order by url_id, day
    on conflict (url_id, day) do update set visitors = greatest(stored.visitors, excluded.visitors)`.execute(trx);
}

const keyOf = (urlId: number, day: string, visitor = ''): string => `${urlId} ${day} ${visitor}`;

/** Adds visitors to those of their url and day; once for each of them that is known to be there, it has nothing to do. */
export type AddVisitors = (trx: Trx, rows: Iterable<VisitorRow>) => Promise<void>;

/** `known` remembers who has been found in a sketch: most who come have come a moment ago. */
export function createVisitors(known: Generations<string, true>): AddVisitors {
  const unknown = ({ urlId, day, visitors }: VisitorRow): VisitorRow[] => {
    const left = visitors
      .values()
      .filter((visitor) => !known.get(keyOf(urlId, day, visitor)))
      .toArray();
    return left.length > 0 ? [{ urlId, day, visitors: new Set(left) }] : [];
  };

  const addSome = async (trx: Trx, rows: readonly VisitorRow[]): Promise<void> => {
    const come = new Map(rows.map(({ urlId, day, visitors }) => [keyOf(urlId, day), visitors]));
    const changed = (await lockSketches(trx, rows)).flatMap(({ url_id: urlId, day, sketch }) => {
      const visitors = come.get(keyOf(urlId, day)) ?? new Set();
      const grown = addVisitors(sketch, visitors);
      if (grown !== sketch) return [{ urlId, day, sketch: grown }];
      // Only what another transaction has committed is remembered: ours may still fail.
      for (const visitor of visitors) known.set(keyOf(urlId, day, visitor), true);
      return [];
    });
    if (changed.length > 0) await writeSketches(trx, changed);
  };

  return async (trx, rows) => {
    const left = Iterator.from(rows).flatMap(unknown).toArray();
    for (let at = 0; at < left.length; at += mostTogether) await addSome(trx, left.slice(at, at + mostTogether));
  };
}

/** Forgets who came on the days before this one; how many they were stays. */
export async function forgetVisitors(db: Db | Trx, day: string): Promise<void> {
  await db.deleteFrom('url_sketches').where('day', '<', day).execute();
}
