import { expect, test } from '@jest/globals';
import { createClient } from 'redis';
import { encodeBatch } from '../../src/clicks/batch.ts';
import { createBatchIds } from '../../src/clicks/batch-id.ts';
import { streamKey } from '../../src/clicks/queue.ts';
import { findClicks, idsInStream } from '../../src/clicks/whereabouts.ts';
import { openQueue } from '../../src/compose/queue.ts';
import { createTestDatabase, testRedisUrl } from '../support/stores.ts';
import { lookAt } from './history.ts';

const click = { urlId: 1, at: 0, requestId: 'a', repeated: false, visitor: 'visitor!', userAgent: '', referrer: '' };
const day = 86_400_000;

test('the ids of a long stream, without what is no batch', async () => {
  const url = await testRedisUrl();
  const ids = createBatchIds();
  const batches = Array.from({ length: 2_500 }, () => encodeBatch([click], ids));
  const client = createClient({ url });
  await client.connect();
  await Promise.all(batches.map(({ payload }) => client.xAdd(streamKey, '*', { b: payload })));
  await client.xAdd(streamKey, '*', { b: 'no batch' });
  client.destroy();
  await using queue = openQueue(url);
  expect(await queue.whenReady(idsInStream)).toEqual(batches.map(({ id }) => id));
});

test('clicks of a replica, without those of another, of later ones, and of those from before what is remembered', async () => {
  await using database = await createTestDatabase();
  await using looked = await lookAt(database.url);
  const { db } = looked;
  const [ids, others] = [createBatchIds(), createBatchIds()];
  const own = [1, 2, 4, 8, 16].map((clicks) => ids.next(clicks));
  const stored = [own[1], own[2], own[4], others.next(32)].map((id) => ({ id: id ?? '' }));
  await db.insertInto('click_batches').values(stored).execute();
  const elsewhere = { waiting: [own[2] ?? '', own[3] ?? '', others.next(64)], aside: [] };
  const find = (since: number) => findClicks(db, { maker: ids.maker, since, most: 15 }, elsewhere);
  const found = { ingested: 6, waiting: 8, aside: 0 };
  expect(await find(Date.now())).toEqual({ ...found, forgotten: 0 });
  expect(await find(Date.now() - 2 * day)).toEqual({ ...found, forgotten: 1 });
});
