import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import type { Scope } from './key.ts';
import type { ApiKeyRow, NewApiKeyRow } from './table.ts';

/** What the guard needs of a key that is not revoked; the environment's has no id. */
export type LiveKey = { id: number | null; hash: Buffer; scopes: Scope[]; rate_limit: number | null };

/** Of the given hashes those whose key exists and is not revoked. */
export const findLiveKeys = (db: Db, hashes: readonly Buffer[]): Promise<LiveKey[]> =>
  db
    .selectFrom('api_keys')
    .select(['id', 'hash', 'scopes', 'rate_limit'])
    .where('hash', '=', sql<Buffer>`any(${hashes}::bytea[])`)
    .where('revoked_at', 'is', null)
    .execute();

export const insertKey = (trx: Trx, row: NewApiKeyRow): Promise<ApiKeyRow> =>
  trx.insertInto('api_keys').values(row).returningAll().executeTakeFirstOrThrow();

/** Adds a key only where none was ever made, and answers whether it did. */
export const insertFirstKey = (db: Db, row: NewApiKeyRow): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    // Two services that start at once must not both find the table empty.
    await sql`lock table api_keys in share row exclusive mode`.execute(trx);
    const any = await trx.selectFrom('api_keys').select('id').limit(1).executeTakeFirst();
    if (any) return false;
    await insertKey(trx, row);
    return true;
  });

/** Keys by id, revoked ones too, those after the given id; and how many there are. */
export async function listKeys(
  db: Db,
  after: number,
  offset: number,
  limit: number,
): Promise<{ rows: ApiKeyRow[]; total: number }> {
  const { rows } = await sql<ApiKeyRow & { total: number }>`
    select found.*, counted.total from (select count(*) as total from api_keys) as counted
    left join (
      select * from api_keys where id > ${after} order by id offset ${offset} limit ${limit}
    ) as found on true
    order by found.id`.execute(db);
  // With no key on the page the count comes alone.
  return { rows: rows.filter(({ id }) => id !== null), total: rows[0]?.total ?? 0 };
}

/** Revokes a key for good; whether there is such a key. One that is revoked already stays as it is. */
export async function revokeKey(db: Db, id: number): Promise<boolean> {
  const row = await db
    .updateTable('api_keys')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes that keys are in use, to the hour. */
export async function touchKeys(db: Db, ids: readonly number[]): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: sql<Date>`date_trunc('hour', now())` })
    .where('id', '=', sql<number>`any(${ids}::bigint[])`)
    .where((eb) =>
      eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', sql<Date>`date_trunc('hour', now())`)]),
    )
    .execute();
}
