import { expect, test } from '@jest/globals';
import { isKeyShaped } from '../../src/access/key.ts';
import { createKeyring } from '../../src/access/keyring.ts';
import { createKey, ensureFirstAdminKey } from '../../src/access/service.ts';
import { findLiveKeys, touchKeys } from '../../src/access/store.ts';
import type { Database } from '../../src/database.ts';
import { createBreaker } from '../../src/platform/breaker.ts';
import { createPostgres } from '../../src/platform/postgres.ts';
import { isPostgresDown } from '../../src/platform/postgres-failure.ts';
import { createTestDatabase, startPostgres } from '../support/stores.ts';

function connect(stack: AsyncDisposableStack, url: string) {
  const breaker = stack.use(createBreaker({ dependency: 'postgres', timeout: 0, onState: () => {} }));
  return stack.use(createPostgres<Database>({ url, poolSize: 2, timeout: 1_000, name: 'test', breaker })).db;
}

test('a key that was good works on while Postgres is down; an unknown one cannot be told', async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startPostgres());
  const db = connect(stack, server.url);
  let now = 0;
  const keyring = createKeyring({
    isShaped: isKeyShaped,
    find: (hashes) => findLiveKeys(db, hashes),
    lookUp: (hash) => findLiveKeys(db, [hash]).then(([row]) => row),
    touch: (ids) => touchKeys(db, ids),
    isDown: isPostgresDown,
    now: () => now,
  });
  const { key, row } = await createKey(db, { name: 'a key', scopes: ['read'], rateLimit: 7 });
  const identity = { subject: `key:${row.id}`, scopes: ['read'], rateLimit: 7 };
  expect(await keyring.identify(key)).toEqual(identity);
  const { key: unknown } = await createKey(db, { name: 'another', scopes: ['read'] });
  await server.kill('SIGKILL');
  now = 600_000;
  await expect(keyring.refresh()).rejects.toThrow();
  expect(await keyring.identify(key)).toEqual(identity);
  await expect(keyring.identify(unknown)).rejects.toThrow();
  now = 3_600_001;
  await expect(keyring.identify(key)).rejects.toThrow();
});

test('the first admin key is made once, also by two at the same time', async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createTestDatabase());
  const db = connect(stack, url);
  const made = await Promise.all([ensureFirstAdminKey(db), ensureFirstAdminKey(db)]);
  expect(made.filter((key) => key !== undefined)).toHaveLength(1);
  expect(await ensureFirstAdminKey(db)).toBeUndefined();
});

test('use is noted to the hour', async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createTestDatabase());
  const db = connect(stack, url);
  const keyring = createKeyring({
    isShaped: isKeyShaped,
    find: (hashes) => findLiveKeys(db, hashes),
    lookUp: (hash) => findLiveKeys(db, [hash]).then(([row]) => row),
    touch: (ids) => touchKeys(db, ids),
    isDown: isPostgresDown,
    now: () => 0,
  });
  const { key } = await createKey(db, { name: 'a key', scopes: ['read'] });
  await keyring.identify(key);
  await keyring.noteUse();
  const { last_used_at: used } = await db.selectFrom('api_keys').select('last_used_at').executeTakeFirstOrThrow();
  expect(used?.toISOString()).toMatch(/:00:00\.000Z$/);
});
