import { sql } from 'kysely';
import type { ShortCode } from '../codes/short-code.ts';
import type { Db, Trx } from '../database.ts';
import type { ImportedUrl } from './imported-url.ts';
import type { UrlRow } from './table.ts';
import type { CountedUrlRow } from './url.ts';

/** A url to be added, whose code is decided. */
export type CodedUrl = Omit<ImportedUrl, 'short_code' | 'custom_alias'> & { short_code: ShortCode };

const placed = (rows: readonly object[]): string => JSON.stringify(rows.map((row, place) => ({ place, ...row })));

/** Of these users those that there are, kept until the transaction ends. */
export async function keepUsers(trx: Trx, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const users = trx.selectFrom('users').select('id').where('id', 'in', ids);
  return new Set((await users.orderBy('id').forKeyShare().execute()).map(({ id }) => id));
}

type Attempt = UrlRow & { place: number; given_id: number };

/**
 * Adds the urls whose id and code are free, and answers per place in `urls` its row, or undefined. An id that a url did
 * not bring along comes from the sequence. The users must be there.
 */
export async function insertCodedUrls(trx: Trx, urls: readonly CodedUrl[]): Promise<(UrlRow | undefined)[]> {
  const { rows } = await sql<Attempt>`
    with given as materialized (
      select place, coalesce(id, nextval('urls_id_seq')) as id, user_id, short_code, original_url, title,
        coalesce(is_active, true) as is_active, coalesce(redirect_type, 302) as redirect_type,
        coalesce(forward_query, false) as forward_query, coalesce(tags, '{}') as tags, expires_at, max_clicks,
        coalesce(created_at, now()) as created_at, coalesce(updated_at, created_at, now()) as updated_at
      from json_to_recordset(${placed(urls)}::json)
        as r (place int, id bigint, user_id bigint, short_code text, original_url text, title text, is_active boolean,
          redirect_type smallint, forward_query boolean, tags text[], expires_at timestamptz, max_clicks bigint,
          created_at timestamptz, updated_at timestamptz)
    ), inserted as (
      insert into urls (id, user_id, short_code, original_url, title, is_active, redirect_type, forward_query, tags,
        expires_at, max_clicks, created_at, updated_at)
      select id, user_id, short_code, original_url, title, is_active, redirect_type, forward_query, tags, expires_at,
        max_clicks, created_at, updated_at
      from given order by place
      on conflict do nothing
      returning *
    )
    select place, inserted.* from inserted join given using (id, short_code, original_url) order by place`.execute(trx);
  // Of urls that are alike in all, the first is the one that was added.
  const first = new Map(rows.toReversed().map((row) => [row.id, row]));
  const byPlace = new Map([...first.values()].map(({ place, ...row }) => [place, row as UrlRow]));
  return urls.map((_, place) => byPlace.get(place));
}

type Taken = { id: boolean; short_code: boolean };

/** For each of these urls, which of its unique fields another one has. */
export async function takenUrlFields(trx: Trx, urls: readonly CodedUrl[]): Promise<Taken[]> {
  if (urls.length === 0) return [];
  const { rows } = await sql<Taken>`
    select exists (select from urls where urls.id = r.id) as id,
      exists (select from urls where urls.short_code = r.short_code) as short_code
    from json_to_recordset(${placed(urls)}::json) as r (place int, id bigint, short_code text)
    order by place`.execute(trx);
  return rows;
}

/** The next urls by id, for reading them all without holding a connection between two pages. */
export const urlsAfter = (db: Db, after: number, limit: number): Promise<CountedUrlRow[]> => {
  const page = db.selectFrom('urls').selectAll().where('id', '>', after).orderBy('id').limit(limit).as('urls');
  const clicks = sql<number>`coalesce((select sum(c.clicks) from url_counters c where c.url_id = urls.id), 0)::bigint`;
  return db.selectFrom(page).selectAll().select(clicks.as('click_count')).orderBy('id').execute();
};
