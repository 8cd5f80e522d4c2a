import { expect, test } from '@jest/globals';
import { createClient, RESP_TYPES } from 'redis';
import { encodeBatch } from '../../src/clicks/batch.ts';
import { createBatchIds } from '../../src/clicks/batch-id.ts';
import { forgetConsumers } from '../../src/clicks/consumer.ts';
import { makeLink, metric } from '../redirects/links.ts';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { testRedisUrl } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { haltIngestion } from './halt.ts';
import { clicksByRequest, lookAt } from './history.ts';

const stream = 'clicks:1';

async function start(overrides: Parameters<typeof startTestService>[0] = {}) {
  await using stack = new AsyncDisposableStack();
  const queueUrl = await testRedisUrl();
  const queue = await createClient({ url: queueUrl }).connect();
  stack.defer(() => queue.destroy());
  const service = stack.use(await startTestService({ queueUrl, ...overrides }));
  const { db } = stack.use(await lookAt(service.databaseUrl));
  const { id, code } = await makeLink(service, 'https://example.com/');
  const follow = (requestId: string) => call(service, 'GET', `/${code}`, undefined, { 'X-Request-ID': requestId });
  const put = (payload: Buffer) => queue.xAdd(stream, '*', { b: payload });
  const owned = stack.move();
  return { service, queue, db, id, follow, put, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const batchOf = (urlId: number, ...requestIds: string[]) =>
  encodeBatch(
    requestIds.map((requestId) => {
      const at = Date.now();
      return { urlId, at, requestId, repeated: false, visitor: 'visitor!', userAgent: 'Firefox', referrer: '' };
    }),
    createBatchIds(),
  );

const aside = 'click_batches_aside_total';

test('an entry that is no batch is set aside, and holds up nothing', async () => {
  await using situation = await start();
  const { service, queue, db, follow, put } = situation;
  await put(Buffer.from('no batch'));
  await queue.xAdd(stream, '*', { other: 'field' });
  await follow('after-it');
  await until(async () => (await clicksByRequest(db)).has('after-it'));
  await until(async () => (await metric(service, aside)) === 2);
  const rows = await db.selectFrom('click_aside').selectAll().execute();
  expect(rows).toMatchObject([{ source: 'queue', reason: expect.stringContaining('RangeError') }, { source: 'queue' }]);
  expect(rows[0]?.payload.toString()).toBe('no batch');
  expect(await queue.xLen(stream)).toBe(0);
});

test('a batch that Postgres refuses is set aside alone, those around it are stored', async () => {
  await using situation = await start();
  const { service, db, id, put } = situation;
  const refused = batchOf(id, 'with-\u0000');
  {
    await using _halted = await haltIngestion(service.databaseUrl);
    for (const payload of [batchOf(id, 'a', 'b').payload, refused.payload, batchOf(id, 'c').payload])
      await put(payload);
  }
  await until(async () => (await metric(service, aside)) === 1);
  await until(async () => (await clicksByRequest(db)).size === 3);
  expect([...(await clicksByRequest(db)).keys()].sort()).toEqual(['a', 'b', 'c']);
  const [row] = await db.selectFrom('click_aside').selectAll().execute();
  expect(row?.payload).toEqual(refused.payload);
});

test('a batch that comes on both ways, and twice on one, is stored once', async () => {
  await using situation = await start();
  const { service, db, id, put } = situation;
  const { id: batch, payload } = batchOf(id, 'once');
  await db.insertInto('click_inbox').values({ id: batch, payload }).execute();
  await put(payload);
  await put(payload);
  await until(async () => (await metric(service, 'click_batches_duplicate_total')) === 2);
  await until(async () => (await metric(service, 'click_queue_entries')) === 0);
  expect(await clicksByRequest(db)).toEqual(new Map([['once', 1]]));
});

test('the stream of another version is left to those who know it', async () => {
  await using situation = await start();
  const { queue, db, follow } = situation;
  await queue.xAdd('clicks:2', '*', { b: 'of a later release' });
  await follow('mine');
  await until(async () => (await clicksByRequest(db)).has('mine'));
  expect(await queue.xLen('clicks:2')).toBe(1);
});

test('what a dead replica read and never wrote is taken over', async () => {
  await using situation = await start();
  const { queue, db, id, follow } = situation;
  await follow('first');
  await until(async () => (await clicksByRequest(db)).has('first'));
  // Read by the dead one at the very moment at which it comes, and then left for a minute.
  const { payload } = batchOf(id, 'left');
  const transaction = queue.multi().xAdd(stream, '*', { b: payload });
  await transaction.xReadGroup('ingest', 'dead', { key: stream, id: '>' }).exec();
  const [entry] = await queue.xPendingRange(stream, 'ingest', '-', '+', 1, { consumer: 'dead' });
  await queue.xClaimJustId(stream, 'ingest', 'dead', 0, entry?.id ?? '', { IDLE: 60_000 });
  await until(async () => (await clicksByRequest(db)).has('left'));
  expect(await clicksByRequest(db)).toEqual(
    new Map([
      ['first', 1],
      ['left', 1],
    ]),
  );
});

test('a queue that lost everything is used again', async () => {
  await using situation = await start();
  const { queue, db, follow } = situation;
  await follow('before');
  await until(async () => (await clicksByRequest(db)).has('before'));
  await queue.flushDb();
  await follow('after');
  await until(async () => (await clicksByRequest(db)).has('after'));
});

test('a queue that is nearly full is spared: clicks go to Postgres until there is room', async () => {
  await using situation = await start({ queueCapacity: 2 ** 20 });
  const { service, db, follow, put } = situation;
  const [viaQueue, viaPostgres] = ['queue', 'postgres'].map((way) => `clicks_appended_total{way="${way}"}`);
  {
    await using _halted = await haltIngestion(service.databaseUrl);
    await put(Buffer.alloc(2 ** 20));
    await until(async () => (await metric(service, 'click_queue_bytes')) > 2 ** 20);
    await follow('while-full');
    expect(await metric(service, viaPostgres ?? '')).toBe(1);
  }
  await until(async () => (await metric(service, 'click_queue_bytes')) < 2 ** 19);
  await follow('with-room');
  expect(await metric(service, viaQueue ?? '')).toBe(1);
  await until(async () => (await clicksByRequest(db)).size === 2);
});

test('a released replica leaves no name in the group', async () => {
  const queueUrl = await testRedisUrl();
  const queue = await createClient({ url: queueUrl }).connect();
  {
    await using service = await startTestService({ queueUrl });
    const { code } = await makeLink(service, 'https://example.com/');
    await call(service, 'GET', `/${code}`);
    await until(async () => (await queue.xInfoConsumers(stream, 'ingest').catch(() => [])).length === 1);
  }
  expect(await queue.xInfoConsumers(stream, 'ingest')).toEqual([]);
  expect(await queue.xLen(stream)).toBe(0);
  queue.destroy();
});

test('names of dead replicas are removed, unless they hold something', async () => {
  await using situation = await start();
  const { queue, db, follow } = situation;
  await follow('makes-the-group');
  await until(async () => (await clicksByRequest(db)).size === 1);
  await queue.xGroupCreateConsumer(stream, 'ingest', 'dead');
  const transaction = queue.multi().xAdd(stream, '*', { b: 'something' });
  await transaction.xReadGroup('ingest', 'holder', { key: stream, id: '>' }).exec();
  await forgetConsumers((args) => queue.sendCommand([...args], { typeMapping: { [RESP_TYPES.MAP]: Array } }), 0);
  const names = (await queue.xInfoConsumers(stream, 'ingest')).map(({ name }) => name);
  expect(names).toContain('holder');
  expect(names).not.toContain('dead');
});
