import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { encodeBatch } from '../../src/clicks/batch.ts';
import { createBatchIds } from '../../src/clicks/batch-id.ts';
import type { RecordedClick } from '../../src/clicks/click.ts';
import { createHistory } from '../../src/clicks/history.ts';
import { compareSums } from '../../src/clicks/reconcile.ts';
import { forgetRepeats } from '../../src/clicks/repeats.ts';
import { findClickEvents, insertClickEvents } from '../../src/events/click-events.ts';
import { makeLink, metric } from '../redirects/links.ts';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { testRedisUrl } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { haltIngestion } from './halt.ts';
import { clicksByRequest, lookAt } from './history.ts';

let service: TestService;
let database: Awaited<ReturnType<typeof lookAt>>;
beforeAll(async () => {
  service = await startTestService();
  database = await lookAt(service.databaseUrl);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

const start = Date.UTC(2026, 2, 1);
const click = (requestId: string, more: Partial<RecordedClick> = {}): RecordedClick => ({
  ...{ urlId: 1, at: start, requestId, repeated: false, visitor: 'visitor!', userAgent: 'Firefox', referrer: '' },
  ...more,
});

const replica = () =>
  createHistory({ insertEvents: insertClickEvents, findEvents: findClickEvents, slot: 0, rest: async () => {} });

/** Writes clicks as one replica does, each of these groups as a batch, all of them in one transaction. */
const write = (...batches: RecordedClick[][]) => {
  const entries = batches.map((clicks) => {
    const { id, payload } = encodeBatch(clicks, createBatchIds());
    return { key: id, payload };
  });
  return database.db.transaction().execute((trx) => replica().write(trx, 'queue', entries));
};

const timesOf = async (requestId: string) => (await clicksByRequest(database.db)).get(requestId) ?? 0;

test('a repeat whose first click is in the history → left out', async () => {
  expect(await write([click('first')])).toMatchObject({ clicks: 1, repeats: 0 });
  expect(await write([click('first', { at: start + 1_500, repeated: true })])).toMatchObject({ clicks: 0, repeats: 1 });
  expect(await timesOf('first')).toBe(1);
});

test('a first click whose repeat is in the history → left out, and only one', async () => {
  expect(await write([click('late', { repeated: true })])).toMatchObject({ clicks: 1, repeats: 0 });
  expect(await write([click('late', { at: start - 20 })])).toMatchObject({ clicks: 0, repeats: 1 });
  expect(await write([click('late')])).toMatchObject({ clicks: 1, repeats: 0 });
  expect(await timesOf('late')).toBe(2);
});

test('a first click with thousands after it, of a url that has thousands from long ago → found', async () => {
  const many = (count: number, at: number) =>
    Array.from({ length: count }, (_, n) => click(`${at}-${n}`, { urlId: 7, at }));
  await write(many(1_000, start - 3_600_000));
  await write([click('buried', { urlId: 7 })]);
  for (let n = 1; n <= 4; n += 1) await write(many(900, start + n));
  const repeat = click('buried', { urlId: 7, at: start + 9, repeated: true });
  expect(await write([repeat])).toMatchObject({ clicks: 0, repeats: 1 });
  const old = click(`${start - 3_600_000}-1`, { urlId: 7, at: start + 9, repeated: true });
  expect(await write([old])).toMatchObject({ clicks: 1, repeats: 0 });
});

test('one id near and far from its repeat, all in one batch → the near one is its first click', async () => {
  const clicks = [
    click('near'),
    click('near', { at: start + 5, repeated: true }),
    click('near', { at: start + 60_000 }),
  ];
  expect(await write(clicks)).toMatchObject({ clicks: 2, repeats: 1 });
});

test('both in one transaction, in any order, or in one batch → one of them', async () => {
  const pair = (id: string) => [click(id, { repeated: true }), click(id)];
  await write(...pair('a').map((one) => [one]));
  await write(
    ...pair('b')
      .toReversed()
      .map((one) => [one]),
  );
  await write(pair('c'));
  expect(await Promise.all(['a', 'b', 'c'].map(timesOf))).toEqual([1, 1, 1]);
});

test('a repeat of a repeat → left out', async () => {
  await write([click('thrice', { repeated: true })]);
  await write([click('thrice', { at: start + 9, repeated: true })]);
  expect(await timesOf('thrice')).toBe(1);
});

test('the same id at another url, or much later → a click of its own', async () => {
  await write([click('used-again')]);
  await write([click('used-again', { urlId: 2, repeated: true })]);
  await write([click('used-again', { at: start + 60_000, repeated: true })]);
  expect(await timesOf('used-again')).toBe(3);
});

test('a client that sends all it asks under one id → each is a click, but for the one that came twice', async () => {
  await write([click('always'), click('always'), click('always')]);
  await write([click('always', { at: start + 5, repeated: true })], [click('always', { at: start + 6 })]);
  expect(await timesOf('always')).toBe(4);
});

test('requests that are recorded once or twice, by replicas that write at the same time → each once', async () => {
  const request = fc.record({ urlId: fc.integer({ min: 1, max: 3 }), twice: fc.boolean(), kept: fc.boolean() });
  let run = 0;
  const property = fc.asyncProperty(
    fc.array(request, { minLength: 1, maxLength: 12 }),
    fc.array(fc.nat({ max: 3 }), { minLength: 24, maxLength: 24 }),
    async (requests, places) => {
      run += 1;
      const clicks = requests.flatMap(({ urlId, twice, kept }, n) => {
        const [first, repeat] = [false, true].map((repeated) => click(`run${run}-${n}`, { urlId, repeated }));
        if (!first || !repeat) return [];
        return twice ? [first, repeat] : [kept ? first : repeat];
      });
      const byWriter = Object.values(Object.groupBy(clicks, (_, n) => `${places[n]}`));
      await Promise.all(byWriter.map((some = []) => write(...some.map((one) => [one]))));
      const times = await clicksByRequest(database.db);
      expect(requests.map((_, n) => times.get(`run${run}-${n}`))).toEqual(requests.map(() => 1));
    },
  );
  await fc.assert(property, { numRuns: 30 });
  expect((await compareSums(database.db)).examples).toEqual([]);
});

test('a first click that can come no more → its repeat is forgotten', async () => {
  await write([click('forgotten', { repeated: true })]);
  await forgetRepeats(database.db, start + 1);
  const { rows } = await sql`select from click_repeats where at <= ${new Date(start)}`.execute(database.db);
  expect(rows).toEqual([]);
});

/** Follows a link twice under one request id, the second time as the edge does when the first replica broke off. */
async function followTwice(trustProxy: boolean, code: (one: TestService) => Promise<string>) {
  const queueUrl = await testRedisUrl();
  await using one = await startTestService({ queueUrl, trustProxy });
  await using seen = await lookAt(one.databaseUrl);
  const path = await code(one);
  {
    await using _halted = await haltIngestion(one.databaseUrl);
    await call(one, 'GET', path, undefined, { 'X-Request-ID': 'twice' });
    await call(one, 'GET', path, undefined, { 'X-Request-ID': 'twice', 'X-Request-Repeated': '1' });
  }
  const counted = async () =>
    (await metric(one, 'clicks_ingested_total')) + (await metric(one, 'clicks_repeated_total'));
  await until(async () => (await counted()) === 2);
  return (await clicksByRequest(seen.db)).get('twice');
}

const short = async (one: TestService) => `/${(await makeLink(one, 'https://example.com/')).code}`;
const long = async (one: TestService) => `/urls${await short(one)}/redirect`;

test.each([
  ['the short path', short],
  ['the long path', long],
])('the edge asks again on %s → one click', async (_path, code) => {
  expect(await followTwice(true, code)).toBe(1);
});

test('a client says so itself, with no edge before the service → it is not believed', async () => {
  expect(await followTwice(false, short)).toBe(2);
});
