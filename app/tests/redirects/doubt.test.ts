import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Trx } from '../../src/database.ts';
import { insertDeletions } from '../../src/events/store.ts';
import { deleteUrl } from '../../src/urls/store.ts';
import { deleteUser } from '../../src/users/store.ts';
import { lookAt } from '../clicks/history.ts';
import { call } from '../support/api.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { startProxy } from '../support/proxy.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { startPostgres, testRedisUrl } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { keptLocally, leadsTo, leaseHeld, makeLink, metric } from './links.ts';

const first = 'https://example.com/first';
const second = 'https://example.com/second';

// One server for the whole file, as making one takes seconds.
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => postgres[Symbol.asyncDispose]());

let users = 0;

/** Two replicas, of which the writer reaches Postgres through a proxy. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const { url: databaseUrl } = postgres;
  const cacheUrl = await testRedisUrl();
  const way = stack.use(await startProxy(databaseUrl));
  const settings = { cacheUrl };
  const writer = stack.use(await startTestService({ ...settings, databaseUrl: way.url }));
  const reader = stack.use(await startTestService({ ...settings, databaseUrl }));
  await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
  users += 1;
  const user = await call(reader, 'POST', '/users', { username: `user ${users}`, email: `${users}@example.org` });
  const { id: user_id } = user.body as { id: number };
  const link = await makeLink(reader, first, { user_id });
  await keptLocally(reader, link.code);
  const owned = stack.move();
  return { writer, reader, way, link, user_id, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Where a code leads on a replica while it trusts its caches; without them it asks Postgres, which always knows. */
async function believes(service: TestService, code: string): Promise<string | number | undefined> {
  const trusts = async () => (await metric(service, 'cache_lease_held')) === 1;
  const before = await trusts();
  const to = await leadsTo(service, code);
  return before && (await trusts()) ? to : undefined;
}

type Started = Awaited<ReturnType<typeof start>>;
type Change = [
  what: string,
  path: (started: Started) => string,
  method: string,
  body: object | undefined,
  to: string | number,
];

/** A deletion as the service does it, that of a url or that of its user. */
async function takeAway(trx: Trx, { link, user_id }: Started, path: string): Promise<void> {
  await deleteUrl(trx, link.id);
  await insertDeletions(trx, user_id, [link.id]);
  if (path.startsWith('/users')) await deleteUser(trx, user_id);
}

const changes: Change[] = [
  ['a changed link', ({ link }) => `/urls/${link.id}`, 'PUT', { original_url: second }, second],
  ['a deleted link', ({ link }) => `/urls/${link.id}`, 'DELETE', undefined, 404],
  ['a deleted user', ({ user_id }) => `/users/${user_id}`, 'DELETE', undefined, 404],
];

test.each(changes)(
  'the connection to Postgres is lost while it commits %s: an error, and every replica knows soon',
  async (_, path, method, body, to) => {
    await using started = await start();
    const { writer, reader, way, link } = started;
    // Other transactions commit too: this is the one that writes the change's event.
    way.closeAfter(path(started).startsWith('/users') ? 'insert_deletions' : 'insert_events', 'commit');
    expect((await call(writer, method, path(started), body)).status).toBe(503);
    for (const service of [reader, writer]) await until(async () => (await believes(service, link.code)) === to);
  },
);

test.each(changes)(
  'who repeats a request whose answer got lost is told when every replica knows: %s',
  async (_, path, method, body, to) => {
    await using started = await start();
    const { reader, link, writer } = started;
    // Committed by somebody who died before any cache was told.
    await using database = await lookAt(postgres.url);
    if (method === 'PUT')
      await database.db.updateTable('urls').set({ original_url: second }).where('id', '=', link.id).execute();
    else await database.db.transaction().execute((trx) => takeAway(trx, started, path(started)));
    expect(await leadsTo(reader, link.code)).toBe(first);
    expect((await call(writer, method, path(started), body)).status).toBe(method === 'PUT' ? 200 : 404);
    expect(await leadsTo(writer, link.code)).toBe(to);
    await until(async () => (await leadsTo(reader, link.code)) === to, 50);
  },
);
