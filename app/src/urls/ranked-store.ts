import { type SqlBool, sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import type { Page } from '../http/pages.ts';
import { countUrls, isNarrow, type Listed, mostCounted, narrowed, type Order, type UrlFilter } from './list-store.ts';
import { findUrlsByIds } from './store.ts';

const ofAll = (db: Db | Trx) => db.selectFrom('url_ranks as r').select(['r.url_id as id', 'r.clicks']);

/** Ranks of the wanted urls, found along all ranks: where many match they are soon met. */
const ofMany = (db: Db | Trx, filter: UrlFilter) =>
  db
    .selectFrom('url_ranks as r')
    .innerJoin('urls', 'urls.id', 'r.url_id')
    .where(narrowed(filter))
    .select(['r.url_id as id', 'r.clicks']);

/** The same where few match: these are found first, or the search for the last of them would read a million ranks. */
const ofFew = (db: Db | Trx, filter: UrlFilter) => {
  const wanted = db.selectFrom('urls').select('id').where(narrowed(filter)).limit(mostCounted);
  return db
    .with(
      (cte) => cte('wanted').materialized(),
      () => wanted,
    )
    .selectFrom('wanted')
    .innerJoin('url_ranks as r', 'r.url_id', 'wanted.id')
    .select(['r.url_id as id', 'r.clicks']);
};

/** How the ranks of the wanted urls are found. */
async function wayOf(db: Db | Trx, filter: UrlFilter): Promise<typeof ofAll | typeof ofFew | typeof ofMany> {
  if (!isNarrow(filter)) return ofAll;
  return (await countUrls(db, filter)) < mostCounted ? ofFew : ofMany;
}

/**
 * One page of the wanted urls by their clicks, and by id where these are equal. The order is that of the ranks, which
 * follow the clicks that the rows show; one that was made after them is not among them yet, and one that was deleted
 * leaves a gap in its page.
 */
export async function listByClicks(db: Db | Trx, filter: UrlFilter, page: Page, order: Order): Promise<Listed> {
  const find = await wayOf(db, filter);
  const ranks = sql<{ id: number; clicks: number }>`(${find(db, filter)})`;
  const all = db.selectFrom(ranks.as<'r'>('r')).select(['r.id', 'r.clicks']);
  const sign = order === 'asc' ? sql`>` : sql`<`;
  const [clicks, id] = page.keys;
  const isBeyond = sql<SqlBool>`(r.clicks, r.id) ${sign} (${clicks}::bigint, ${id}::bigint)`;
  const found = await (page.keys.length === 0 ? all : all.where(isBeyond))
    .orderBy('r.clicks', order)
    .orderBy('r.id', order)
    .offset(page.offset)
    .limit(page.limit + 1)
    .execute();
  const shown = found.slice(0, page.limit);
  const byId = new Map(
    (
      await findUrlsByIds(
        db,
        shown.map((row) => row.id),
      )
    ).map((row) => [row.id, row]),
  );
  const rows = shown.flatMap((row) => byId.get(row.id) ?? []);
  return { rows, last: shown.slice(-1).flatMap((row) => [row.clicks, row.id]), more: found.length > page.limit };
}
