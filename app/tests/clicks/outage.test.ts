import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { makeLink, metric } from '../redirects/links.ts';
import { startTestService } from '../support/service.ts';
import { startPostgres, startRedis } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { expectEachOnce } from './history.ts';
import { startTraffic } from './traffic.ts';

const onDisk = { args: ['--appendonly', 'yes', '--appendfsync', 'no'] };
const byQueue = 'clicks_appended_total{way="queue"}';
const byPostgres = 'clicks_appended_total{way="postgres"}';

/** A service on stores of its own with traffic on one link, in which each connection pauses for `pace` ms. */
async function start(overrides: Parameters<typeof startTestService>[0] = {}, pace = 0) {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgres());
  const queue = stack.use(await startRedis(onDisk));
  const service = stack.use(
    await startTestService({ databaseUrl: postgres.url, queueUrl: queue.url, databaseTimeout: 500, ...overrides }),
  );
  const { code } = await makeLink(service, 'https://example.com/');
  const traffic = startTraffic([service], code, 8, pace);
  stack.defer(() => traffic.stop());
  await traffic.answers(100);
  const owned = stack.move();
  return { postgres, queue, service, traffic, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('the queue is killed and comes back: redirects go on, each click is stored once', async () => {
  await using situation = await start();
  const { postgres, queue, service, traffic } = situation;
  await queue.kill();
  await traffic.answers(300);
  expect(await metric(service, byPostgres)).toBeGreaterThan(200);
  await queue.restart();
  const before = await metric(service, byQueue);
  await until(async () => (await metric(service, byQueue)) > before + 100);
  await traffic.stop();
  expect(traffic.failed).toBe(0);
  expect(await expectEachOnce(postgres.url, traffic.answered)).toBe(0);
});

test('the queue hangs in the middle of appends: what it takes after all when it wakes up is not stored twice', async () => {
  await using situation = await start();
  const { postgres, queue, service, traffic } = situation;
  await queue.pause();
  await traffic.answers(300);
  expect(await metric(service, byPostgres)).toBeGreaterThan(200);
  await queue.resume();
  const before = await metric(service, byQueue);
  await until(async () => (await metric(service, byQueue)) > before + 100);
  await traffic.stop();
  expect(traffic.failed).toBe(0);
  expect(await expectEachOnce(postgres.url, traffic.answered)).toBe(0);
  await until(async () => (await metric(service, 'click_queue_entries')) === 0);
  expect(await metric(service, 'click_batches_duplicate_total')).toBeGreaterThan(0);
});

test('Postgres hangs: the queue takes the clicks, and they are in the history when it goes on', async () => {
  await using situation = await start();
  const { postgres, service, traffic } = situation;
  await postgres.pause();
  await traffic.answers(1_000);
  await until(async () => (await metric(service, 'click_queue_entries')) > 0);
  expect(await metric(service, byPostgres)).toBe(0);
  await postgres.resume();
  await traffic.stop();
  expect(traffic.failed).toBe(0);
  expect(await expectEachOnce(postgres.url, traffic.answered)).toBe(0);
});

const kinds = [['a queue', true] as const, ['Postgres alone, as with npm start', false] as const];

test.each(kinds)(
  'with %s, Postgres hangs for ten seconds: all are redirected, each click is stored once',
  async (_, queued) => {
    await using situation = await start(queued ? {} : { queueUrl: undefined }, 25);
    const { postgres, service, traffic } = situation;
    await postgres.pause();
    const before = traffic.answered.size;
    // How long it hangs is what this is about: longer than any time-out, and than a breaker stays open.
    await sleep(10_000);
    await traffic.answers(100);
    expect(traffic.answered.size - before).toBeGreaterThan(500);
    // A moment's figure: what is being tried again at that moment is not among them.
    await until(async () => (await metric(service, queued ? 'click_queue_entries' : 'clicks_buffered')) > 0);
    await postgres.resume();
    await traffic.answers(100);
    await traffic.stop();
    expect(traffic.failed).toBe(0);
    expect(await expectEachOnce(postgres.url, traffic.answered)).toBe(0);
    expect(await metric(service, 'clicks_dropped_total')).toBe(0);
  },
);

test('Postgres is killed and comes back: nothing is lost, nothing doubled', async () => {
  await using situation = await start();
  const { postgres, traffic } = situation;
  await postgres.kill();
  await traffic.answers(300);
  await postgres.restart();
  await traffic.answers(300);
  await traffic.stop();
  expect(traffic.failed).toBe(0);
  expect(await expectEachOnce(postgres.url, traffic.answered)).toBe(0);
});

test('queue and Postgres are both gone: clicks wait in memory until one of them is back', async () => {
  await using situation = await start();
  const { postgres, queue, service, traffic } = situation;
  await postgres.kill();
  await queue.kill();
  await traffic.answers(300);
  await until(async () => (await metric(service, 'clicks_buffered')) > 0);
  await traffic.stop();
  await queue.restart();
  await until(async () => (await metric(service, 'clicks_buffered')) === 0);
  await postgres.restart();
  expect(traffic.failed).toBe(0);
  expect(await expectEachOnce(postgres.url, traffic.answered)).toBe(0);
  expect(await metric(service, 'clicks_dropped_total')).toBe(0);
});

test('what the memory cannot hold is dropped, and counted click by click', async () => {
  await using situation = await start({ clickBuffer: 100 });
  const { postgres, queue, service, traffic } = situation;
  await postgres.kill();
  await queue.kill();
  await traffic.answers(300);
  await traffic.stop();
  await until(async () => (await metric(service, 'clicks_dropped_total')) > 0);
  const dropped = await metric(service, 'clicks_dropped_total');
  await postgres.restart();
  await queue.restart();
  const stored = async () => traffic.answered.size - dropped;
  await until(async () => (await metric(service, 'clicks_ingested_total')) === (await stored()));
  expect(traffic.failed).toBe(0);
});
