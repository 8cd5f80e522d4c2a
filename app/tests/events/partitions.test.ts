import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Db } from '../../src/database.ts';
import { dropPartitions, makePartitions } from '../../src/events/partitions.ts';
import { lookAt } from '../clicks/history.ts';
import { startTestService } from '../support/service.ts';
import { createTestDatabase } from '../support/stores.ts';
import { until } from '../support/until.ts';

const now = new Date('2031-11-20T12:00:00Z');

async function partitions(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'events'::regclass order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

const addEvent = (db: Db, at: string) =>
  db
    .insertInto('events')
    .values({ event_type: 'mine', occurred_at: new Date(at), details: {} })
    .execute();

async function months(db: Db): Promise<Record<string, string[]>> {
  const { rows } = await sql<{ name: string; at: Date }>`
    select tableoid::regclass::text as name, occurred_at as at from events order by occurred_at`.execute(db);
  return Object.fromEntries(
    Object.entries(Object.groupBy(rows, ({ name }) => name)).map(([name, found = []]) => [
      name,
      found.map(({ at }) => at.toISOString()),
    ]),
  );
}

async function start() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const { db } = stack.use(await lookAt(database.url));
  await sql`select drop_event_partitions('9999-01-01'::date)`.execute(db); // Those that the migration made.
  const owned = stack.move();
  return { db, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('this month and two more have a partition, over the end of a year; a second time changes nothing', async () => {
  await using database = await start();
  const { db } = database;
  await makePartitions(db, now);
  await makePartitions(db, now);
  expect(await partitions(db)).toEqual(['events_2031_11', 'events_2031_12', 'events_2032_01', 'events_default']);
});

test('what the default partition has of a month moves to its own, to the millisecond', async () => {
  await using database = await start();
  const { db } = database;
  const times = ['2031-10-31T23:59:59.999Z', '2031-11-01T00:00:00.000Z', '2031-11-30T23:59:59.999Z'];
  for (const at of times) await addEvent(db, at);
  await makePartitions(db, now);
  expect(await months(db)).toEqual({ events_default: times.slice(0, 1), events_2031_11: times.slice(1) });
  await addEvent(db, '2031-11-15T00:00:00.000Z');
  expect((await months(db))['events_2031_11']).toHaveLength(3);
});

test('two replicas that make the same month at once both succeed, or one tries again', async () => {
  await using database = await start();
  const { db } = database;
  const made = await Promise.allSettled([makePartitions(db, now), makePartitions(db, now)]);
  expect(made.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
  expect(await partitions(db)).toHaveLength(4);
});

test('with a retention of two months, older months go, from the default partition too', async () => {
  await using database = await start();
  const { db } = database;
  await makePartitions(db, new Date('2031-07-01'));
  await addEvent(db, '2031-08-31T23:59:59.999Z');
  await addEvent(db, '2031-09-01T00:00:00.000Z');
  await addEvent(db, '2029-01-01T00:00:00.000Z');
  await addEvent(db, '2031-10-01T00:00:00.000Z');
  await dropPartitions(db, now, 2);
  expect(await partitions(db)).toEqual(['events_2031_09', 'events_default']);
  expect(await months(db)).toEqual({
    events_2031_09: ['2031-09-01T00:00:00.000Z'],
    events_default: ['2031-10-01T00:00:00.000Z'],
  });
});

test('a retention of 0 keeps everything', async () => {
  await using database = await start();
  const { db } = database;
  await addEvent(db, '1999-01-01T00:00:00.000Z');
  await dropPartitions(db, now, 0);
  expect(await months(db)).toEqual({ events_default: ['1999-01-01T00:00:00.000Z'] });
});

test('a running service has a partition for the events of today', async () => {
  await using service = await startTestService();
  await using database = await lookAt(service.databaseUrl);
  const month = `events_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
  await until(async () => (await partitions(database.db)).includes(month));
});
