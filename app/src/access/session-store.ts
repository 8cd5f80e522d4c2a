import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Scope } from './key.ts';
import { sessionSeconds } from './session.ts';
import type { LiveKey } from './store.ts';

/** Of the given tokens' hashes the sessions that are not over and whose key is good now, as that key. */
export async function findLiveSessions(
  db: Db,
  hashes: readonly Buffer[],
  adminHash: Buffer | undefined,
): Promise<LiveKey[]> {
  const { rows } = await sql<{ hash: Buffer; id: number | null; scopes: Scope[] | null; rate_limit: number | null }>`
    select s.hash, k.id, k.scopes, k.rate_limit
    from sessions s left join api_keys k on k.hash = s.key_hash and k.revoked_at is null
    where s.hash = any(${hashes}::bytea[]) and s.expires_at > now()
      and (k.id is not null or s.key_hash = ${adminHash ?? Buffer.alloc(0)})`.execute(db);
  return rows.map(({ hash, id, scopes, rate_limit }) => ({ hash, id, scopes: scopes ?? ['admin'], rate_limit }));
}

/** Begins a session of a key, and forgets those that are over. */
export async function insertSession(db: Db, hash: Buffer, keyHash: Buffer): Promise<void> {
  await sql`
    with over as (delete from sessions where expires_at < now())
    insert into sessions (hash, key_hash, expires_at)
    values (${hash}, ${keyHash}, now() + make_interval(secs => ${sessionSeconds}))`.execute(db);
}

export async function deleteSession(db: Db, hash: Buffer): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', hash).execute();
}
