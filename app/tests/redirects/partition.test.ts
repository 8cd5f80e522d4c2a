import { expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startProxy } from '../support/proxy.ts';
import { startTestService } from '../support/service.ts';
import { startStopwatch } from '../support/stopwatch.ts';
import { createTestDatabase, startRedis } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { keptLocally, leadsTo, leaseHeld, makeLink, metric } from './links.ts';

const first = 'https://example.com/first';
const second = 'https://example.com/second';
const lease = 250;

/** Two replicas, each of which reaches the cache store through a proxy of its own. */
async function startParted() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const redis = stack.use(await startRedis());
  const writerWay = stack.use(await startProxy(redis.url));
  const readerWay = stack.use(await startProxy(redis.url));
  const settings = { databaseUrl: database.url, cacheLease: lease };
  const writer = stack.use(await startTestService({ ...settings, cacheUrl: writerWay.url }));
  const reader = stack.use(await startTestService({ ...settings, cacheUrl: readerWay.url }));
  await Promise.all([leaseHeld(writer), leaseHeld(reader)]);
  const owned = stack.move();
  return { writer, reader, writerWay, readerWay, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('a writer that alone cannot reach the cache makes every replica forget, through Postgres', async () => {
  await using parted = await startParted();
  const { writer, reader, writerWay } = parted;
  const link = await makeLink(writer, first);
  await keptLocally(reader, link.code);
  writerWay.cut();
  const start = performance.now();
  expect((await call(writer, 'PUT', `/urls/${link.id}`, { original_url: second })).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThan(lease);
  expect(await metric(reader, 'cache_lease_held')).toBe(1);
  expect([await leadsTo(writer, link.code), await leadsTo(reader, link.code)]).toEqual([second, second]);
  writerWay.mend();
  await leaseHeld(writer);
  expect([await leadsTo(writer, link.code), await leadsTo(reader, link.code)]).toEqual([second, second]);
});

test('a reader that alone cannot reach the cache stops trusting what it keeps when its lease ends', async () => {
  await using parted = await startParted();
  const { writer, reader, readerWay } = parted;
  const link = await makeLink(writer, first);
  await keptLocally(reader, link.code);
  readerWay.cut();
  expect((await call(writer, 'PUT', `/urls/${link.id}`, { original_url: second })).status).toBe(200);
  const sinceAnswer = startStopwatch();
  await until(async () => (await leadsTo(reader, link.code)) === second);
  expect(sinceAnswer()).toBeLessThan(lease + 150);
  readerWay.mend();
  await leaseHeld(reader);
  expect(await leadsTo(reader, link.code)).toBe(second);
});

test('a fill that a change overtakes on its way to the store is not kept', async () => {
  await using parted = await startParted();
  const { writer, reader, readerWay } = parted;
  for (let round = 0; round < 10; round++) {
    const link = await makeLink(writer, first);
    // The reader's questions and fills are held back at some point of their way, and go on after the change.
    const reading = leadsTo(reader, link.code);
    await new Promise((resolve) => setTimeout(resolve, round / 2));
    readerWay.cut();
    const changing = call(writer, 'PUT', `/urls/${link.id}`, { original_url: second });
    await changing;
    readerWay.mend();
    await reading;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([await leadsTo(reader, link.code), await leadsTo(reader, link.code)]).toEqual([second, second]);
    expect(await leadsTo(writer, link.code)).toBe(second);
  }
});
