import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createSalts, destroySalts } from '../../src/clicks/salts.ts';
import { forgetBatches } from '../../src/clicks/store.ts';
import { firstOf } from '../../src/clicks/uuid.ts';
import { unknownVisitor } from '../../src/clicks/visitor.ts';
import { createVisitors, forgetVisitors } from '../../src/clicks/visitors.ts';
import type { Db } from '../../src/database.ts';
import { createGenerations } from '../../src/generations.ts';
import { createTestDatabase } from '../support/stores.ts';
import { lookAt } from './history.ts';

async function start() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const { db } = stack.use(await lookAt(database.url));
  const owned = stack.move();
  return { db, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const day = 86_400_000;
const noon = Date.UTC(2031, 10, 20, 12);

async function saltDays(db: Db): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`select day::text from click_salts order by 1`.execute(db);
  return rows.map((row) => row.day);
}

test('two replicas know the same visitor, today and tomorrow, and a day later nobody does', async () => {
  await using database = await start();
  const { db } = database;
  const [one, two] = [createSalts(db), createSalts(db)];
  await Promise.all([one.refresh(noon), two.refresh(noon)]);
  for (const at of [noon, noon + day]) {
    expect(one.visitor(at, '192.0.2.1', 'Firefox')).toBe(two.visitor(at, '192.0.2.1', 'Firefox'));
    expect(one.visitor(at, '192.0.2.1', 'Firefox')).not.toBe(unknownVisitor);
  }
  expect(one.visitor(noon, '192.0.2.1', 'Firefox')).not.toBe(one.visitor(noon + day, '192.0.2.1', 'Firefox'));
  expect(one.visitor(noon + 2 * day, '192.0.2.1', 'Firefox')).toBe(unknownVisitor);
});

test('a salt is destroyed when its day has been over for a day', async () => {
  await using database = await start();
  const { db } = database;
  const salts = createSalts(db);
  await salts.refresh(noon);
  await salts.refresh(noon + 2 * day);
  expect(await saltDays(db)).toEqual(['2031-11-20', '2031-11-21', '2031-11-22', '2031-11-23']);
  await destroySalts(db, noon + 2 * day);
  expect(await saltDays(db)).toEqual(['2031-11-21', '2031-11-22', '2031-11-23']);
});

test('batches made before a moment are forgotten, later ones are not', async () => {
  await using database = await start();
  const { db } = database;
  const ids = [noon - 1, noon, noon + 1].map(firstOf);
  await db
    .insertInto('click_batches')
    .values(ids.map((id) => ({ id })))
    .execute();
  await forgetBatches(db, noon);
  const kept = await db.selectFrom('click_batches').select('id').orderBy('id').execute();
  expect(kept.map(({ id }) => id)).toEqual(ids.slice(1));
});

test('who came on an old day is forgotten, how many they were is not, and a late one does not undo that', async () => {
  await using database = await start();
  const { db } = database;
  const addToVisitors = createVisitors(createGenerations(200));
  const come = (...visitors: string[]) =>
    db
      .transaction()
      .execute((trx) => addToVisitors(trx, [{ urlId: 1, day: '2031-11-18', visitors: new Set(visitors) }]));
  const counted = async () => (await db.selectFrom('url_visitors').selectAll().execute()).map((row) => row.visitors);
  await come('aaaaaaaa', 'bbbbbbbb');
  await come('bbbbbbbb', 'cccccccc');
  expect(await counted()).toEqual([3]);
  await forgetVisitors(db, '2031-11-19');
  expect(await db.selectFrom('url_sketches').selectAll().execute()).toEqual([]);
  await come('dddddddd');
  expect(await counted()).toEqual([3]);
});
