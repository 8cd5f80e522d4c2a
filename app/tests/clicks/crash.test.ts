import { expect, test } from '@jest/globals';
import { makeLink } from '../redirects/links.ts';
import { startReplica } from '../support/replica.ts';
import { createTestDatabase, startPostgres, testRedisUrl } from '../support/stores.ts';
import { expectEachOnce } from './history.ts';
import { startTraffic } from './traffic.ts';

const unlimited = { RATE_LIMIT: 'off', LOG_RATE: '0' };

/** Two replicas on common stores under traffic. */
async function start(queue: boolean) {
  await using stack = new AsyncDisposableStack();
  const { url: databaseUrl } = stack.use(await createTestDatabase());
  const settings = { ...unlimited, DATABASE_URL: databaseUrl, QUEUE_URL: queue ? await testRedisUrl() : '' };
  const victim = stack.use(await startReplica(settings));
  const survivor = stack.use(await startReplica(settings));
  const { code } = await makeLink(victim, 'https://example.com/');
  const connections = 16;
  const traffic = startTraffic([victim, survivor], code, connections);
  stack.defer(() => traffic.stop());
  await traffic.answers(1_000);
  const owned = stack.move();
  return { databaseUrl, victim, traffic, connections, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const kinds = [['a queue', true] as const, ['Postgres alone', false] as const];

test.each(kinds)('with %s, a replica is killed under load: each answered redirect is stored once', async (_, queue) => {
  await using situation = await start(queue);
  const { databaseUrl, victim, traffic, connections } = situation;
  expect(await victim.end('SIGKILL')).toBe('SIGKILL');
  await traffic.answers(500);
  await traffic.stop();
  expect(traffic.failed).toBeGreaterThan(0);
  // Recorded, and killed before the answer was out: at most what was under way.
  expect(await expectEachOnce(databaseUrl, traffic.answered)).toBeLessThanOrEqual(connections);
});

test.each(kinds)(
  'with %s, a replica is told to stop under load: all that it redirected is stored once',
  async (_, queue) => {
    await using situation = await start(queue);
    const { databaseUrl, victim, traffic } = situation;
    expect(await victim.end('SIGTERM')).toBe(0);
    await traffic.answers(100);
    await traffic.stop();
    expect(await expectEachOnce(databaseUrl, traffic.answered)).toBe(0);
  },
);

test('the only replica is killed under load: what it redirected is in the history when it is back', async () => {
  await using database = await createTestDatabase();
  const settings = { ...unlimited, DATABASE_URL: database.url };
  await using victim = await startReplica(settings);
  const { code } = await makeLink(victim, 'https://example.com/');
  const traffic = startTraffic([victim], code);
  await traffic.answers(1_000);
  await victim.end('SIGKILL');
  await traffic.stop();
  await using _back = await startReplica(settings);
  expect(await expectEachOnce(database.url, traffic.answered)).toBeLessThanOrEqual(8);
});

test('Postgres hangs when a replica is told to stop: it ends by itself, and another one finds its clicks', async () => {
  await using postgres = await startPostgres();
  const settings = { ...unlimited, DATABASE_URL: postgres.url, QUEUE_URL: await testRedisUrl() };
  await using replica = await startReplica(settings);
  const { code } = await makeLink(replica, 'https://example.com/');
  const traffic = startTraffic([replica], code);
  await traffic.answers(300);
  await postgres.pause();
  await traffic.answers(300);
  await traffic.stop();
  expect(await replica.end('SIGTERM')).toBe(0);
  await postgres.resume();
  await using _other = await startReplica(settings);
  expect(await expectEachOnce(postgres.url, traffic.answered)).toBe(0);
});
