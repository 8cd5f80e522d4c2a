import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { takeShared } from '../../src/limits/cache.ts';
import { type Counts, take } from '../../src/limits/window.ts';
import { createRedis, type RedisClient } from '../../src/platform/redis.ts';
import { testRedisUrl } from '../support/stores.ts';

const stack = new AsyncDisposableStack();
let client: RedisClient;

beforeAll(async () => {
  const onError = () => {};
  const redis = stack.use(createRedis({ url: await testRedisUrl(), name: 'test', timeout: 2_000, onError }));
  if (!redis.isReady) await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  client = redis;
});
afterAll(() => stack.disposeAsync());

test('the script and the rule in code agree on every step', async () => {
  const steps = fc.array(fc.tuple(fc.oneof(fc.nat(100), fc.nat(30_000)), fc.integer({ min: 1, max: 5 })), {
    maxLength: 40,
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      run += 1;
      const counts: Counts = new Map();
      let now = Date.now();
      for (const [gap, limit] of taken) {
        now += gap;
        expect(await takeShared(client, `agree-${run}`, now, limit)).toEqual(take(counts, now, limit));
      }
    }),
    { numRuns: 50 },
  );
});

test('a hundred at once, limit ten: ten are let in', async () => {
  const now = Date.now();
  const taken = await Promise.all(Array.from({ length: 100 }, () => takeShared(client, 'at-once', now, 10)));
  expect(taken.filter(({ allowed }) => allowed)).toHaveLength(10);
});

test('what is counted goes away by itself', async () => {
  await takeShared(client, 'going', Date.now(), 10);
  const left = await client.pTTL('limit:going');
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(62_000);
});

test('a store that has forgotten the script is told again', async () => {
  await client.scriptFlush();
  expect(await takeShared(client, 'told-again', Date.now(), 10)).toMatchObject({ allowed: true, remaining: 9 });
});
