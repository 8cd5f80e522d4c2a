import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Database, Db, Trx } from '../database.ts';
import type { Page } from '../http/pages.ts';
import { findUrlsByIds } from './store.ts';
import type { CountedUrlRow } from './url.ts';

export type Order = 'asc' | 'desc';
export type Sort = 'created' | 'clicks';

/** What a list of urls is narrowed to; all of it holds for each url. */
export type UrlFilter = {
  user_id?: number | undefined;
  is_active?: boolean | undefined;
  tag?: string | undefined;
  /** A part of the address or the title, or the beginning of the code. */
  q?: string | undefined;
};

/** Totals of filtered lists are counted up to here. */
export const mostCounted = 10_000;

/** The index on parts of texts needs three letters or digits in a row; other scripts it knows in some locales only. */
const indexed = /[0-9A-Za-z]{3}/;
/** Other texts are looked for in as many of the newest urls, so that no search reads a million. */
const mostScanned = 20_000;
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** The very expression of the index urls_search_idx. */
const searchText = sql<string>`(substr(original_url, 8) || ' ' || coalesce(title, ''))`;

const isNewest = sql<SqlBool>`
  urls.id > coalesce((select n.id from urls n order by n.id desc offset ${mostScanned} limit 1), 0)`;

function matches(q: string) {
  const part = escapeLike(q.replace(/^https?:\/\//i, ''));
  const found = (text: typeof searchText) =>
    sql<SqlBool>`(${text} ilike ${`%${part}%`} or short_code like ${`${escapeLike(q)}%`})`;
  // Another expression than the index's: Postgres would read all of the index for a text that it cannot serve.
  return indexed.test(part) ? found(searchText) : sql<SqlBool>`${isNewest} and ${found(sql`(${searchText} || '')`)}`;
}

/** What holds for each row of `urls` that the filter wants. */
export const narrowed =
  ({ user_id, is_active, tag, q }: UrlFilter) =>
  (eb: ExpressionBuilder<Database, 'urls'>) =>
    eb.and([
      ...(user_id === undefined ? [] : [eb('user_id', '=', user_id)]),
      ...(is_active === undefined ? [] : [is_active ? eb.ref('is_active') : eb.not(eb.ref('is_active'))]),
      ...(tag === undefined ? [] : [sql<SqlBool>`tags @> array[${tag}]`]),
      ...(q === undefined ? [] : [matches(q)]),
    ]);

/** A page of urls, what its last row is sorted by, and whether more follow. */
export type Listed = { rows: CountedUrlRow[]; last: readonly number[]; more: boolean };

/** One page of the wanted urls by id. Ids first: skipping rows is dear. */
export async function listUrls(db: Db | Trx, filter: UrlFilter, page: Page, order: Order): Promise<Listed> {
  const all = db.selectFrom('urls').select('id').where(narrowed(filter)).orderBy('id', order);
  // Before the first page there is no row, whichever way it goes.
  const beyond = page.after === 0 ? all : all.where('id', order === 'asc' ? '>' : '<', page.after);
  const found = await beyond
    .offset(page.offset)
    .limit(page.limit + 1)
    .execute();
  const ids = found.slice(0, page.limit).map(({ id }) => id);
  const rows = await findUrlsByIds(db, ids);
  if (order === 'desc') rows.reverse();
  return { rows, last: ids.slice(-1), more: found.length > page.limit };
}

/** Whether the filter wants anything less than all. */
export const isNarrow = (filter: UrlFilter): boolean => Object.values(filter).some((value) => value !== undefined);

/** How many urls there are: exact without a filter (a sum that triggers keep), counted to 10,000 with one. */
export async function countUrls(db: Db | Trx, filter: UrlFilter): Promise<number> {
  if (!isNarrow(filter)) {
    const total = db.selectFrom('row_counts').select(sql<number>`coalesce(sum(rows), 0)::bigint`.as('total'));
    return (await total.where('table_name', '=', 'urls').executeTakeFirstOrThrow()).total;
  }
  const some = db.selectFrom('urls').select('id').where(narrowed(filter)).limit(mostCounted);
  const counted = db.selectFrom(some.as('some')).select((eb) => eb.fn.countAll<number>().as('total'));
  return (await counted.executeTakeFirstOrThrow()).total;
}
