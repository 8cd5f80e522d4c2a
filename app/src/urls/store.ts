import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ShortCode } from '../codes/short-code.ts';
import type { Db, Trx } from '../database.ts';
import type { UrlRow } from './table.ts';
import type { CountedUrlRow, UrlChange } from './url.ts';

/** The columns of a url as it is shown, with what ingestion has counted so far, over all its slots. */
export const countedColumns = sql`urls.id, urls.user_id, urls.short_code, urls.original_url, urls.title, urls.is_active,
  urls.redirect_type, urls.forward_query, urls.tags, urls.expires_at, urls.max_clicks, urls.created_at, urls.updated_at,
  (select coalesce(sum(c.clicks), 0)::bigint from url_counters c where c.url_id = urls.id) as click_count`;

/** A url to be added; what is left out takes the table's default. */
export type UrlInsert = {
  short_code: ShortCode;
  original_url: string;
  user_id?: number | null | undefined;
  title?: string | null | undefined;
  is_active?: boolean | undefined;
  redirect_type?: number | undefined;
  forward_query?: boolean | undefined;
  tags?: string[] | undefined;
  expires_at?: Date | null | undefined;
  max_clicks?: number | null | undefined;
  created_at?: Date | undefined;
  updated_at?: Date | undefined;
};

/**
 * Adds the urls whose code is free and whose user exists, and answers them; the others are left out. One statement
 * whatever their number, with one parameter, as a parameter each costs more than the row. The user is locked, lest one
 * who is being deleted fails the statement for all.
 */
export async function insertUrls(db: Db | Trx, urls: readonly UrlInsert[]): Promise<UrlRow[]> {
  const { rows } = await sql<UrlRow>`/* insert_urls */
    insert into urls (user_id, short_code, original_url, title, is_active, redirect_type, forward_query, tags,
      expires_at, max_clicks, created_at, updated_at)
    select user_id, short_code, original_url, title, coalesce(is_active, true), coalesce(redirect_type, 302),
      coalesce(forward_query, false), coalesce(tags, '{}'), expires_at, max_clicks, coalesce(created_at, now()),
      coalesce(updated_at, created_at, now())
    from json_to_recordset(${JSON.stringify(urls)}::json)
      as r (user_id bigint, short_code text, original_url text, title text, is_active boolean, redirect_type smallint,
        forward_query boolean, tags text[], expires_at timestamptz, max_clicks bigint, created_at timestamptz,
        updated_at timestamptz)
    where user_id is null or exists (select from users where users.id = r.user_id for key share)
    on conflict (short_code) do nothing
    returning id, user_id, short_code, original_url, title, is_active, redirect_type, forward_query, tags, expires_at,
      max_clicks, created_at, updated_at`.execute(db);
  return rows;
}

export async function findUrl(db: Db | Trx, id: number): Promise<CountedUrlRow | undefined> {
  const { rows } = await sql<CountedUrlRow>`/* find_url */
    select ${countedColumns} from urls where id = ${id}`.execute(db);
  return rows[0];
}

/** The url, held against other writers until the transaction ends. */
export async function lockUrl(trx: Trx, id: number): Promise<CountedUrlRow | undefined> {
  const { rows } = await sql<CountedUrlRow>`select ${countedColumns} from urls where id = ${id} for update`.execute(
    trx,
  );
  return rows[0];
}

/** Changes what is given and moves `updated_at`. */
export async function updateUrl(trx: Trx, id: number, change: UrlChange): Promise<UrlRow> {
  const set = { ...change, updated_at: sql<Date>`now()` };
  return trx.updateTable('urls').set(set).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** Of these users, those that there are. */
export async function existingUsers(db: Db | Trx, ids: readonly number[]): Promise<Set<number>> {
  const rows = await db.selectFrom('users').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map(({ id }) => id));
}

/** Takes a url away, and keeps what its history needs. Undefined where there is none. */
export async function deleteUrl(trx: Trx, id: number): Promise<UrlRow | undefined> {
  const [gone] = await archived<UrlRow>(trx, sql`id = ${id}`, sql`*`);
  return gone;
}

/** The code that a url had before it was deleted; none where there is no such url. */
export async function codesOfDeleted(db: Db | Trx, id: number): Promise<string[]> {
  const rows = await db.selectFrom('deleted_urls').select('short_code').where('id', '=', id).execute();
  return rows.map(({ short_code }) => short_code);
}

/** Of a url that is gone, what is needed to say so. */
export type GoneUrl = Pick<UrlRow, 'id' | 'short_code'>;

/** Takes at most `most` urls of a user away, those after an id that were made first, as deleteUrl does with one. */
export const deleteUrlsOfUser = (trx: Trx, userId: number, after: number, most: number): Promise<GoneUrl[]> => {
  const ids = sql`select id from urls where user_id = ${userId} and id > ${after} order by id limit ${most}`;
  return archived(trx, sql`id in (${ids})`, sql`id, short_code`);
};

/** Whether more urls than so many belong to a user. */
export async function hasMoreUrls(trx: Trx, userId: number, than: number): Promise<boolean> {
  const ofUser = trx.selectFrom('urls').select('id').where('user_id', '=', userId);
  return (await ofUser.orderBy('id').offset(than).limit(1).executeTakeFirst()) !== undefined;
}

async function archived<Row extends GoneUrl>(trx: Trx, which: RawBuilder<SqlBool>, columns: RawBuilder<unknown>) {
  const { rows } = await sql<Row>`
    with gone as (delete from urls where ${which} returning *),
    kept as (
      insert into deleted_urls (id, short_code, original_url) select id, short_code, original_url from gone
      on conflict (id) do update set short_code = excluded.short_code, original_url = excluded.original_url
    )
    select ${columns} from gone order by id`.execute(trx);
  return rows;
}
