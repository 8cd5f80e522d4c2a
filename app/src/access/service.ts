import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../database.ts';
import { hashKey, keyLease, keyPrefix, makeKey, type Scope } from './key.ts';
import { insertFirstKey, insertKey, revokeKey } from './store.ts';
import type { ApiKeyRow, NewApiKeyRow } from './table.ts';

export type KeyRequest = { name: string; scopes: readonly Scope[]; rateLimit?: number | null | undefined };

const rowOf = (key: string, { name, scopes, rateLimit }: KeyRequest): NewApiKeyRow => ({
  name,
  prefix: keyPrefix(key),
  hash: hashKey(key),
  scopes: [...new Set(scopes)],
  rate_limit: rateLimit ?? null,
});

/** Makes a key; the answer is the only place where it ever stands in clear. */
export async function createKey(db: Db, request: KeyRequest): Promise<{ key: string; row: ApiKeyRow }> {
  const key = makeKey();
  // A transaction, whose commit may wait for the disk: one that is given up would leave a key that nobody was told.
  return { key, row: await db.transaction().execute((trx) => insertKey(trx, rowOf(key, request))) };
}

/** Revokes a key and resolves when no replica accepts it any more; false where there is no such key. */
export async function endKey(db: Db, id: number): Promise<boolean> {
  const found = await revokeKey(db, id);
  if (found) await sleep(keyLease);
  return found;
}

/** Where no key was ever made: an admin key, to be shown this once. Else undefined. */
export async function ensureFirstAdminKey(db: Db): Promise<string | undefined> {
  const key = makeKey();
  const made = await insertFirstKey(db, rowOf(key, { name: 'first admin key', scopes: ['admin'] }));
  return made ? key : undefined;
}
