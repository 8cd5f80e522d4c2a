import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import type { Page } from '../http/pages.ts';
import { countedColumns } from './store.ts';
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
export function narrowed({ user_id, is_active, tag, q }: UrlFilter): RawBuilder<SqlBool> {
  const conditions = [
    ...(user_id === undefined ? [] : [sql`urls.user_id = ${user_id}`]),
    ...(is_active === undefined ? [] : [is_active ? sql`urls.is_active` : sql`not urls.is_active`]),
    ...(tag === undefined ? [] : [sql`urls.tags @> array[${tag}]`]),
    ...(q === undefined ? [] : [matches(q)]),
  ];
  return conditions.length === 0 ? sql`true` : sql`${sql.join(conditions, sql` and `)}`;
}

/** Whether the filter wants anything less than all. */
export const isNarrow = (filter: UrlFilter): boolean => Object.values(filter).some((value) => value !== undefined);

/** The statement that counts the wanted urls: exact without a filter (a sum that triggers keep), to 10,000 with one. */
export const countOf = (filter: UrlFilter): RawBuilder<{ total: number }> =>
  isNarrow(filter)
    ? sql`select count(*) as total from (select from urls where ${narrowed(filter)} limit ${mostCounted}) as wanted`
    : sql`select coalesce(sum(rows), 0)::bigint as total from row_counts where table_name = 'urls'`;

/** A page of urls, what its last row is sorted by, whether more follow, and how many there are on all pages. */
export type Listed = { rows: CountedUrlRow[]; last: readonly number[]; more: boolean; total: number };

const largestId = 2n ** 63n - 1n;

/**
 * Lists that an index answers row by row are prepared under a name; what is best for a tag or a text depends on which.
 * One name for each text of a statement.
 */
function nameOf({ user_id, is_active, tag, q }: UrlFilter, order: Order): RawBuilder<unknown> {
  if (is_active !== undefined || tag !== undefined || q !== undefined) return sql``;
  return sql.raw(`/* list_urls${user_id === undefined ? '' : '_of_user'}_${order} */`);
}

/**
 * One page of the wanted urls by id, and their count, in one statement. Ids first: skipping rows is dear. A search
 * counts in a statement of its own: each of the two may take as long as one may.
 */
export async function listUrls(db: Db | Trx, filter: UrlFilter, page: Page, order: Order): Promise<Listed> {
  const isSearch = filter.q !== undefined;
  const sorted = sql.raw(order);
  const beyond =
    order === 'asc' ? sql`urls.id > ${page.after}` : sql`urls.id < ${page.after === 0 ? largestId : page.after}`;
  const { rows } = await sql<CountedUrlRow & { total: number }>`${nameOf(filter, order)}
    with found as materialized (
      select id from urls where ${narrowed(filter)} and ${beyond}
      order by id ${sorted} offset ${page.offset} limit ${page.limit + 1}
    ), counted as (${isSearch ? sql`select 0 as total` : countOf(filter)})
    select ${countedColumns}, counted.total
    from counted left join (found join urls on urls.id = found.id) on true order by urls.id ${sorted}`.execute(db);
  // With no url on the page the count comes alone.
  const found = rows.filter(({ id }) => id !== null);
  const shown = found.slice(0, page.limit);
  const counted = isSearch ? (await countOf(filter).execute(db)).rows : rows;
  const total = counted[0]?.total ?? 0;
  return { rows: shown, last: shown.slice(-1).map(({ id }) => id), more: found.length > shown.length, total };
}
