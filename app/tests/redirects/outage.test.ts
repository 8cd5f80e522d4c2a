import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ServiceConfig } from '../../src/compose/core.ts';
import { call } from '../support/api.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { family } from '../support/processes.ts';
import { startProxy } from '../support/proxy.ts';
import { startTestService } from '../support/service.ts';
import { startStopwatch } from '../support/stopwatch.ts';
import { createTestDatabase, startPostgres, startRedis } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { keptLocally, leadsTo, leaseHeld, makeLink, metric, timed } from './links.ts';

const first = 'https://example.com/first';
const second = 'https://example.com/second';
const stale = 'cache_requests_total{layer="local",result="stale"}';

// One server for the whole file, as making one takes seconds: each test leaves it running.
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => postgres[Symbol.asyncDispose]());

/**
 * A pause of this machine puts the cache in doubt as one of the cache does, and then Postgres is asked, and waited for
 * until it is known to be gone. Tests of a cache that answers are patient with it.
 */
const patient = { storeTimeout: 2_500, cacheLease: 3_000 };
/** Postgres is not known to be gone before the lease has been renewed without it. */
const longerThanLease = 3_500;

/** One replica with stores of its own that can be stopped, and a queue, so that clicks need no Postgres. */
async function startAlone({ databaseUrl = postgres.url, ...more }: Partial<ServiceConfig> = {}) {
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    await postgres.resume();
    await postgres.restart();
  });
  const redis = stack.use(await startRedis());
  const queue = stack.use(await startRedis());
  const settings = { databaseUrl, cacheUrl: redis.url, queueUrl: queue.url, databaseTimeout: 1_000 };
  const service = stack.use(await startTestService({ ...settings, ...more }));
  await leaseHeld(service);
  const owned = stack.move();
  return { service, redis, queue, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test.each(['pause', 'kill'] as const)('cached links redirect at once while Postgres is gone (%s)', async (how) => {
  // One that refuses at once needs no patience: with it the lease is held to what it is by default.
  await using alone = await startAlone(how === 'pause' ? patient : {});
  const { service } = alone;
  const here = await makeLink(service, first);
  const shared = await makeLink(service, second);
  await keptLocally(service, here.code);
  await keptLocally(service, shared.code);
  await postgres[how]();
  for (let round = 0; round < 20; round++) {
    const { to, took } = await timed(service, here.code);
    expect(to).toBe(first);
    expect(took).toBeLessThan(250);
  }
  const health = await timed(service, 'health');
  expect([health.to, health.took < 250]).toEqual([200, true]);
  await (how === 'pause' ? postgres.resume() : postgres.restart());
  const later = async () => (await call(service, 'POST', '/urls', { original_url: first })).status === 201;
  await until(later);
});

test('where Postgres swallows all and answers nothing: kept links redirect at once, all else is refused soon', async () => {
  await using way = await startProxy(postgres.url);
  await using alone = await startAlone({ databaseUrl: way.url, ...patient, databaseTimeout: longerThanLease });
  const { service } = alone;
  const link = await makeLink(service, first);
  await keptLocally(service, link.code);
  way.cut();
  const others = ['/users', '/urls', `/urls/${link.id}`, '/notThere'];
  const asked = others.map(async (path) => {
    const elapsed = startStopwatch();
    const { status, headers } = await call(service, 'GET', path);
    return { path, status, soon: elapsed() < 5_000, retry: Number(headers.get('Retry-After')) > 0 };
  });
  let under = asked.length;
  for (const each of asked) each.finally(() => under--).catch(() => {});
  for (let round = 0; round < 20 || under > 0; round++) {
    const { to, took } = await timed(service, link.code);
    expect([to, took < 250]).toEqual([first, true]);
  }
  expect(await Promise.all(asked)).toEqual(others.map((path) => ({ path, status: 503, soon: true, retry: true })));
  way.mend();
  await until(async () => (await call(service, 'POST', '/urls', { original_url: first })).status === 201);
});

test('a link that only the shared cache knows redirects while Postgres is gone, an unknown one is a 503', async () => {
  await using alone = await startAlone();
  const { service, redis, queue } = alone;
  const link = await makeLink(service, first);
  await keptLocally(service, link.code);
  const settings = { databaseUrl: postgres.url, cacheUrl: redis.url, queueUrl: queue.url, databaseTimeout: 1_000 };
  await using other = await startTestService(settings);
  await leaseHeld(other);
  await postgres.kill();
  expect(await leadsTo(other, link.code)).toBe(first);
  const { status, headers } = await call(other, 'GET', '/notThere');
  expect([status, headers.get('retry-after'), headers.get('cache-control')]).toEqual([503, '2', 'no-store']);
});

test.each(['pause', 'kill'] as const)(
  'redirects come from Postgres within 250 ms while the cache is gone (%s)',
  async (how) => {
    await using alone = await startAlone();
    const { service, redis } = alone;
    const kept = await makeLink(service, first);
    const other = await makeLink(service, second);
    await keptLocally(service, kept.code);
    await redis[how]();
    const sessions = await family(postgres.pid);
    const ask = (index: number) => timed(service, index % 2 ? kept.code : other.code, sessions);
    const requests = Array.from({ length: 40 }, (_, index) => ask(index));
    for (const { took } of await Promise.all(requests)) expect(took).toBeLessThan(250);
    for (let round = 0; round < 20; round++) {
      const { to, took } = await ask(round);
      expect(to).toBe(round % 2 ? first : second);
      expect(took).toBeLessThan(250);
    }
    await (how === 'pause' ? redis.resume() : redis.restart());
    await keptLocally(service, other.code);
  },
);

test.each([
  ['kill', 'kill'],
  ['pause', 'pause'],
] as const)('what was last known redirects while cache and Postgres are both gone (%s, %s)', async (one, two) => {
  await using alone = await startAlone();
  const { service, redis } = alone;
  const link = await makeLink(service, first);
  const other = await makeLink(service, second);
  await keptLocally(service, link.code);
  await redis[one]();
  await until(async () => (await metric(service, 'cache_lease_held')) === 0);
  await postgres[two]();
  await until(async () => (await leadsTo(service, link.code)) === first && (await metric(service, stale)) > 0);
  const { to, took } = await timed(service, link.code);
  expect([to, took < 250]).toEqual([first, true]);
  expect(await leadsTo(service, other.code)).toBe(503);
  await Promise.all(one === 'kill' ? [postgres.restart(), redis.restart()] : [postgres.resume(), redis.resume()]);
  await keptLocally(service, other.code);
});

test('a link that was changed while the cache was gone is never again what it was, whatever goes next', async () => {
  await using alone = await startAlone();
  const { service, redis, queue } = alone;
  const settings = { databaseUrl: postgres.url, cacheUrl: redis.url, queueUrl: queue.url, databaseTimeout: 1_000 };
  await using other = await startTestService(settings);
  const link = await makeLink(service, first);
  await keptLocally(service, link.code);
  await keptLocally(other, link.code);
  await redis.pause();
  expect((await call(service, 'PUT', `/urls/${link.id}`, { original_url: second })).status).toBe(200);
  await postgres.kill();
  for (const replica of [service, other]) expect([second, 503]).toContain(await leadsTo(replica, link.code));
  await redis.resume();
  for (const replica of [service, other]) {
    await leaseHeld(replica);
    expect([second, 503]).toContain(await leadsTo(replica, link.code));
  }
  await postgres.restart();
  for (const replica of [service, other]) await until(async () => (await leadsTo(replica, link.code)) === second);
});

test('a scan of unknown codes reaches Postgres once a code, and takes no link out of the cache', async () => {
  await using database = await createTestDatabase();
  await using redis = await startRedis();
  const settings = { databaseUrl: database.url, cacheUrl: redis.url, l1Entries: 800 };
  // Even more patient: when the cache is in doubt every code is asked for anew, and rightly so.
  await using service = await startTestService({ ...settings, storeTimeout: 20_000, cacheLease: 60_000 });
  const link = await makeLink(service, first);
  await keptLocally(service, link.code);
  const asked = () => metric(service, 'cache_requests_total{layer="postgres",result="hit"}');
  const before = await asked();
  for (let round = 0; round < 3; round++) {
    for (let code = 0; code < 300; code++) expect(await leadsTo(service, `scan${code}`)).toBe(404);
  }
  expect((await asked()) - before).toBe(300);
  const hits = () => metric(service, 'cache_requests_total{layer="local",result="hit"}');
  const hitsBefore = await hits();
  expect(await leadsTo(service, link.code)).toBe(first);
  expect((await hits()) - hitsBefore).toBe(1);
});
