import { expect, test } from '@jest/globals';
import { createClient } from 'redis';
import type { Database } from '../../src/database.ts';
import { createBreaker } from '../../src/platform/breaker.ts';
import { createPostgres } from '../../src/platform/postgres.ts';
import { moveEpoch } from '../../src/redirects/store.ts';
import { call } from '../support/api.ts';
import { fillWithLinks } from '../support/fill.ts';
import { startProxy } from '../support/proxy.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { createTestDatabase, startPostgres, startRedis } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { keptLocally, leadsTo, leaseHeld, makeLink, metric } from './links.ts';

const first = 'https://example.com/first';
const second = 'https://example.com/second';

/** A store's own connection, to look into it or to play tricks. */
async function admin(url: string) {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  return { client, [Symbol.asyncDispose]: async () => client.destroy() };
}

/** Two replicas on one Postgres and one cache store of their own. */
async function startReplicas() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const redis = stack.use(await startRedis());
  const settings = { databaseUrl: database.url, cacheUrl: redis.url };
  const writer = stack.use(await startTestService(settings));
  const reader = stack.use(await startTestService(settings));
  await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
  const owned = stack.move();
  return { writer, reader, redis, settings, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Changes a link at `writer` and answers where both replicas lead 50 ms after that was answered. */
async function changed(writer: TestService, reader: TestService, link: { id: number; code: string }) {
  const { status } = await call(writer, 'PUT', `/urls/${link.id}`, { original_url: second });
  expect(status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return Promise.all([leadsTo(writer, link.code), leadsTo(reader, link.code)]);
}

test('a changed link leads to its new target on both replicas, a deleted one nowhere', async () => {
  await using replicas = await startReplicas();
  const { writer, reader } = replicas;
  const link = await makeLink(writer, first);
  await keptLocally(writer, link.code);
  await keptLocally(reader, link.code);
  expect(await changed(writer, reader, link)).toEqual([second, second]);
  await keptLocally(reader, link.code);
  expect((await call(writer, 'DELETE', `/urls/${link.id}`)).status).toBe(204);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([await leadsTo(writer, link.code), await leadsTo(reader, link.code)]).toEqual([404, 404]);
});

test("a deleted user's links stop on both replicas", async () => {
  await using replicas = await startReplicas();
  const { writer, reader } = replicas;
  const { body } = await call(writer, 'POST', '/users', { username: 'ann', email: 'ann@example.com' });
  const { id: userId } = body as { id: number };
  const links = await Promise.all([1, 2, 3].map((n) => makeLink(writer, `${first}${n}`, { user_id: userId })));
  for (const { code } of links) await keptLocally(reader, code);
  expect((await call(writer, 'DELETE', `/users/${userId}`)).status).toBe(204);
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const { code } of links) expect([await leadsTo(writer, code), await leadsTo(reader, code)]).toEqual([404, 404]);
});

test("a user's links by the thousands stop on both replicas, also where only the store tells one of it", async () => {
  await using postgres = await startPostgres();
  await using proxy = await startProxy(postgres.url);
  await using redis = await startRedis();
  await using writer = await startTestService({ databaseUrl: postgres.url, cacheUrl: redis.url });
  await using reader = await startTestService({ databaseUrl: proxy.url, cacheUrl: redis.url });
  await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
  const { body } = await call(writer, 'POST', '/users', { username: 'ann', email: 'ann@example.com' });
  const { id: userId } = body as { id: number };
  const [mine, others] = [await makeLink(writer, first, { user_id: userId }), await makeLink(writer, second)];
  await fillWithLinks(writer, 6_000, userId);
  for (const { code } of [mine, others]) await Promise.all([keptLocally(writer, code), keptLocally(reader, code)]);
  // Nothing that Postgres tells reaches it any more, and its connections stay open.
  proxy.cut();
  expect((await call(writer, 'DELETE', `/users/${userId}`)).status).toBe(204);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await leadsTo(writer, mine.code)).toBe(404);
  expect(await leadsTo(reader, mine.code)).not.toBe(first);
  proxy.mend();
  await Promise.all([keptLocally(writer, others.code), keptLocally(reader, others.code)]);
  expect([await leadsTo(reader, mine.code), await leadsTo(reader, others.code)]).toEqual([404, second]);
  expect(await metric(writer, 'cache_epoch_moves_total')).toBe(1);
});

test('a code that was looked for before it existed is found on both replicas as soon as it exists', async () => {
  await using replicas = await startReplicas();
  const { writer, reader } = replicas;
  expect([await leadsTo(writer, 'early'), await leadsTo(reader, 'early')]).toEqual([404, 404]);
  await keptLocally(reader, 'early');
  await makeLink(writer, first, { custom_alias: 'early' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([await leadsTo(writer, 'early'), await leadsTo(reader, 'early')]).toEqual([first, first]);
});

test('a change made while the cache is paused shows on both replicas, then and after the pause', async () => {
  await using replicas = await startReplicas();
  const { writer, reader, redis } = replicas;
  const link = await makeLink(writer, first);
  await keptLocally(reader, link.code);
  await redis.pause();
  expect(await changed(writer, reader, link)).toEqual([second, second]);
  await redis.resume();
  await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
  expect([await leadsTo(writer, link.code), await leadsTo(reader, link.code)]).toEqual([second, second]);
  expect(await metric(writer, 'cache_epoch_moves_total')).toBeGreaterThan(0);
});

test('a change made while the cache is gone shows on both replicas, also when it comes back with what it had', async () => {
  await using database = await createTestDatabase();
  await using redis = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  const settings = { databaseUrl: database.url, cacheUrl: redis.url };
  await using writer = await startTestService(settings);
  await using reader = await startTestService(settings);
  await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
  const link = await makeLink(writer, first);
  await keptLocally(reader, link.code);
  await redis.kill();
  expect(await changed(writer, reader, link)).toEqual([second, second]);
  await redis.restart();
  await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
  expect([await leadsTo(writer, link.code), await leadsTo(reader, link.code)]).toEqual([second, second]);
});

test('what a store brings back from a snapshot is not believed, although the change had been told to it', async () => {
  await using replicas = await startReplicas();
  const { writer, reader, redis } = replicas;
  const link = await makeLink(writer, first);
  await keptLocally(reader, link.code);
  await using store = await admin(redis.url);
  const kept = await store.client.get(`r1:${link.code}`);
  expect(await changed(writer, reader, link)).toEqual([second, second]);
  await redis.restart();
  await using again = await admin(redis.url);
  await again.client.set(`r1:${link.code}`, kept ?? '');
  await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
  expect(kept).toContain(first);
  expect([await leadsTo(writer, link.code), await leadsTo(reader, link.code)]).toEqual([second, second]);
});

test('a replica that lost the connection on which it is told of changes trusts nothing from before', async () => {
  await using replicas = await startReplicas();
  const { writer, reader, redis } = replicas;
  const link = await makeLink(writer, first);
  await using store = await admin(redis.url);
  for (let round = 0; round < 5; round++) {
    await call(writer, 'PUT', `/urls/${link.id}`, { original_url: first });
    await keptLocally(reader, link.code);
    const clients = await store.client.sendCommand(['CLIENT', 'LIST']);
    const ids = [...String(clients).matchAll(/id=(\d+) [^\n]*name=shortstack-redirects/g)].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(2);
    const killed = Promise.all(ids.map((id) => store.client.sendCommand(['CLIENT', 'KILL', 'ID', id])));
    expect(await changed(writer, reader, link)).toEqual([second, second]);
    await killed;
    await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
    expect([await leadsTo(writer, link.code), await leadsTo(reader, link.code)]).toEqual([second, second]);
  }
});

test('an emptied store loses no change', async () => {
  await using replicas = await startReplicas();
  const { writer, reader, redis } = replicas;
  const link = await makeLink(writer, first);
  await keptLocally(reader, link.code);
  await using store = await admin(redis.url);
  await store.client.flushAll();
  expect(await leadsTo(reader, link.code)).toBe(first);
  expect(await changed(writer, reader, link)).toEqual([second, second]);
});

test('entries of another release are no use and no harm, and a change takes them away too', async () => {
  await using replicas = await startReplicas();
  const { writer, reader, redis } = replicas;
  const link = await makeLink(writer, first);
  await using store = await admin(redis.url);
  await store.client.set(`r1:${link.code}`, '3.1.00000000|["of a release to come"]');
  await store.client.set(`r0:${link.code}`, '2.1.00000000|["of the next release"]');
  expect([await leadsTo(writer, link.code), await leadsTo(reader, link.code)]).toEqual([first, first]);
  expect(await store.client.get(`r0:${link.code}`)).toContain('of the next release');
  expect(await changed(writer, reader, link)).toEqual([second, second]);
  expect(await store.client.get(`r0:${link.code}`)).toBeNull();
});

test('a command that writes beside the service moves the epoch, and the service believes nothing from before', async () => {
  await using postgres = await startPostgres();
  await using service = await startTestService({ databaseUrl: postgres.url });
  const link = await makeLink(service, first);
  await keptLocally(service, link.code);
  using breaker = createBreaker({ dependency: 'postgres', timeout: 0, onState: () => {} });
  await using command = createPostgres<Database>({
    url: postgres.url,
    poolSize: 1,
    timeout: 2_000,
    name: 'test',
    breaker,
  });
  await command.pool.query('update urls set original_url = $1 where id = $2', [second, link.id]);
  await moveEpoch(command.db);
  await until(async () => (await leadsTo(service, link.code)) === second);
});
