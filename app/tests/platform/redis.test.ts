import { expect, test } from '@jest/globals';
import { createRedis } from '../../src/platform/redis.ts';
import { startStopwatch } from '../support/stopwatch.ts';
import { startRedis } from '../support/stores.ts';
import { until } from '../support/until.ts';

const timeout = 150;
const connected = (client: ReturnType<typeof createRedis>) =>
  client.isReady ? Promise.resolve() : new Promise<void>((resolve) => client.once('ready', () => resolve()));

async function startPair() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRedis());
  const beats: number[] = [];
  const onBeat = (sentAt: number) => beats.push(sentAt);
  const client = stack.use(createRedis({ url: server.url, name: 'test', timeout, onError: () => {}, onBeat }));
  await connected(client);
  const owned = stack.move();
  return { server, client, beats, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** How long it took until the command failed, in milliseconds. */
async function failing(command: Promise<unknown>): Promise<number> {
  const elapsed = startStopwatch();
  await expect(command).rejects.toThrow();
  return elapsed();
}

test('a paused store fails what waits for it within the time-out, and what comes then at once', async () => {
  await using pair = await startPair();
  const { server, client } = pair;
  await server.pause();
  const waits = await Promise.all(Array.from({ length: 10 }, () => failing(client.get('a'))));
  expect(Math.max(...waits)).toBeLessThan(timeout + 100);
  expect(await failing(client.get('a'))).toBeLessThan(50);
  const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()));
  await server.resume();
  await ready;
  expect(await client.set('a', '1')).toBe('OK');
});

test('a store that stays paused is tried again and again, and found when it answers', async () => {
  await using pair = await startPair();
  const { server, client } = pair;
  await server.pause();
  await failing(client.get('a'));
  // The greeting of a first new connection is given up.
  await new Promise<void>((resolve) => {
    client.on('error', (error) => /timeout/i.test(String(error)) && resolve());
  });
  const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()));
  await server.resume();
  await ready;
  expect(await client.get('a')).toBeNull();
});

test('a store that was killed fails commands at once, and comes back by itself', async () => {
  await using pair = await startPair();
  const { server, client } = pair;
  await server.kill();
  expect(await failing(client.get('a'))).toBeLessThan(timeout);
  const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()));
  await server.restart();
  await ready;
  expect(await client.get('a')).toBeNull();
});

test('what waits for a paused store is bounded', async () => {
  await using pair = await startPair();
  const { server, client } = pair;
  await server.pause();
  const answers = await Promise.allSettled(Array.from({ length: 25_000 }, () => client.get('a')));
  const reasons = answers.map((answer) => (answer.status === 'rejected' ? String(answer.reason) : 'answered'));
  expect(reasons.filter((reason) => /queue is full/i.test(reason)).length).toBeGreaterThanOrEqual(4_900);
  expect(reasons).not.toContain('answered');
  await server.resume();
});

test('a healthy store is heard of several times within a lease', async () => {
  await using pair = await startPair();
  const { beats, client } = pair;
  await until(() => beats.slice(1).some((at, index) => at - (beats[index] ?? 0) < timeout / 2));
  expect(client.isReady).toBe(true);
});
