import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import type { Page } from '../http/pages.ts';
import { countOf, isNarrow, type Listed, mostCounted, narrowed, type Order, type UrlFilter } from './list-store.ts';
import { countedColumns } from './store.ts';
import type { CountedUrlRow } from './url.ts';

type Ranks = RawBuilder<unknown>;

const ofAll: Ranks = sql`select r.url_id as id, r.clicks from url_ranks as r`;

/** Ranks of the wanted urls, found along all ranks: where many match they are soon met. */
const ofMany = (filter: UrlFilter): Ranks => sql`
  select r.url_id as id, r.clicks from url_ranks as r join urls on urls.id = r.url_id where ${narrowed(filter)}`;

/** The same where few match: these are found first, or the search for the last of them would read a million ranks. */
const ofFew = (filter: UrlFilter): Ranks => sql`
  with wanted as materialized (select urls.id from urls where ${narrowed(filter)} limit ${mostCounted})
  select r.url_id as id, r.clicks from wanted join url_ranks as r on r.url_id = wanted.id`;

/**
 * One page of the wanted urls by their clicks, and by id where these are equal. The order is that of the ranks, which
 * follow the clicks that the rows show; one that was made after them is not among them yet, and one that was deleted
 * leaves a gap in its page.
 */
export async function listByClicks(db: Db | Trx, filter: UrlFilter, page: Page, order: Order): Promise<Listed> {
  const counted = await countOf(filter).execute(db);
  const total = counted.rows[0]?.total ?? 0;
  const ranks = isNarrow(filter) ? (total < mostCounted ? ofFew(filter) : ofMany(filter)) : ofAll;
  const sorted = sql.raw(order);
  const [clicks, id] = page.keys;
  const sign = order === 'asc' ? sql`>` : sql`<`;
  const isBeyond =
    page.keys.length === 0
      ? sql<SqlBool>`true`
      : sql<SqlBool>`(r.clicks, r.id) ${sign} (${clicks}::bigint, ${id}::bigint)`;
  const { rows } = await sql<CountedUrlRow & { rank_id: number; rank: number }>`
    with found as materialized (
      select r.id, r.clicks from (${ranks}) as r where ${isBeyond}
      order by r.clicks ${sorted}, r.id ${sorted} offset ${page.offset} limit ${page.limit + 1}
    )
    select found.id as rank_id, found.clicks as rank, ${countedColumns}
    from found left join urls on urls.id = found.id order by found.clicks ${sorted}, found.id ${sorted}`.execute(db);
  const shown = rows.slice(0, page.limit);
  return {
    rows: shown.filter((row) => row.id !== null),
    last: shown.slice(-1).flatMap((row) => [row.rank, row.rank_id]),
    more: rows.length > shown.length,
    total,
  };
}
