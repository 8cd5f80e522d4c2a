import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startProxy } from '../support/proxy.ts';
import { startTestService } from '../support/service.ts';
import { startPostgres } from '../support/stores.ts';

const databaseTimeout = 1_500;
const adminKey = 'an-admin-key-of-the-environment';

type Made = readonly [path: string, body: Record<string, unknown>];

const link: Made = ['/shorten', { url: 'https://example.com/slow-disk' }];
const user: Made = ['/users', { username: 'slow-disk', email: 'slow-disk@example.com' }];
const key: Made = ['/keys', { name: 'slow-disk', scopes: ['read'] }];

/** Something that is made: its commit reaches Postgres, and the answer to that stays on the way. */
async function startWithoutAnswer([path, body]: Made) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await startPostgres());
  const way = stack.use(await startProxy(database.url));
  const service = stack.use(await startTestService({ databaseUrl: way.url, databaseTimeout, apiKey: adminKey }));
  const committed = way.cutAfter('slow-disk', 'commit');
  const made = call(service, 'POST', path, body, { 'X-API-Key': adminKey });
  await committed;
  const owned = stack.move();
  return { way, made, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test.each([
  ['link', link],
  ['user', user],
  ['key', key],
])('a commit that takes longer than a query may, as on a disk that is busy → the %s is made', async (_, made) => {
  await using held = await startWithoutAnswer(made);
  await sleep(2 * databaseTimeout);
  held.way.mend();
  const { status, body } = await held.made;
  expect([status, body]).toEqual([201, expect.anything()]);
});

test('a commit that nobody answers → told to come again', async () => {
  await using held = await startWithoutAnswer(link);
  // The connection is given up, and what goes over it with it.
  const { status, headers } = await held.made;
  held.way.mend();
  expect([status, headers.get('retry-after') !== null]).toEqual([503, true]);
});
