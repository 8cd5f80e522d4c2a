import { expect, test } from '@jest/globals';
import { isKeyShaped } from '../../src/access/key.ts';
import { createKeyring } from '../../src/access/keyring.ts';
import { createKey } from '../../src/access/service.ts';
import { findLiveKeys, touchKeys } from '../../src/access/store.ts';
import { isPostgresDown } from '../../src/platform/postgres-failure.ts';
import { lookAt } from '../clicks/history.ts';
import { createTestDatabase } from '../support/stores.ts';

const madeUp = (n: number): string => `ssk_${String(n).padStart(43, 'A')}`;

/** A keyring on a database, with a clock that stands still and a count of its look-ups. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createTestDatabase());
  const { db } = stack.use(await lookAt(url));
  const seen = { now: 0, lookups: 0 };
  const keyring = createKeyring({
    isShaped: isKeyShaped,
    find: (hashes) => findLiveKeys(db, hashes),
    lookUp: async (hash) => {
      seen.lookups += 1;
      return (await findLiveKeys(db, [hash]))[0];
    },
    touch: (ids) => touchKeys(db, ids),
    isDown: isPostgresDown,
    now: () => seen.now,
  });
  const owned = stack.move();
  return { db, seen, keyring, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('what is no key is looked up once in ten seconds', async () => {
  await using started = await start();
  const { keyring, seen } = started;
  for (let n = 0; n < 5; n += 1) expect(await keyring.identify(madeUp(1))).toBeUndefined();
  expect(seen.lookups).toBe(1);
  seen.now = 10_000;
  expect(await keyring.identify(madeUp(1))).toBeUndefined();
  expect(seen.lookups).toBe(2);
});

test('thousands that are no keys leave room for one that is', async () => {
  await using started = await start();
  const { keyring, db } = started;
  const { key, row } = await createKey(db, { name: 'a key', scopes: ['read'] });
  for (let n = 0; n < 2_500; n += 1) await keyring.identify(madeUp(n));
  expect(await keyring.identify(key)).toMatchObject({ subject: `key:${row.id}` });
});
