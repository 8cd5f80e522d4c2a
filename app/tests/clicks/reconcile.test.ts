import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createClient, RESP_TYPES } from 'redis';
import { readBatchId } from '../../src/clicks/batch.ts';
import { appendToInbox } from '../../src/clicks/inbox.ts';
import { streamKey } from '../../src/clicks/queue.ts';
import { reconcile } from '../../src/commands/reconcile.ts';
import { makeLink } from '../redirects/links.ts';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { testRedisUrl } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { haltIngestion } from './halt.ts';
import { clicksByRequest, lookAt } from './history.ts';

const bot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0';

/** A service with seven clicks of people and bots on two links, all in the history. */
async function start() {
  await using stack = new AsyncDisposableStack();
  const queueUrl = await testRedisUrl();
  const service = stack.use(await startTestService({ queueUrl }));
  const { db } = stack.use(await lookAt(service.databaseUrl));
  const [one, two] = [
    await makeLink(service, 'https://example.com/1'),
    await makeLink(service, 'https://example.com/2'),
  ];
  for (const [code, agent] of [
    [one.code, firefox],
    [one.code, bot],
    [two.code, 'curl/8'],
    [one.code, ''],
  ] as const) {
    await call(service, 'GET', `/${code}`, undefined, { 'User-Agent': agent, Referer: 'https://example.org/' });
  }
  for (let n = 0; n < 3; n++) await call(service, 'GET', `/urls/${two.code}/redirect`);
  await until(async () => (await clicksByRequest(db)).size === 7);
  const run = async (...argv: string[]) => {
    const lines: string[] = [];
    const env = { DATABASE_URL: service.databaseUrl, QUEUE_URL: queueUrl };
    const code = await reconcile({ env, argv, process, print: (line) => lines.push(line) });
    return { code, text: lines.join('\n') };
  };
  const owned = stack.move();
  return { service, queueUrl, db, one, two, run, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** All sums, to be compared with themselves. */
async function sums(db: Awaited<ReturnType<typeof start>>['db']) {
  const hours = await sql`select * from url_hours order by 1, 2`.execute(db);
  const shares = await sql`select * from url_shares order by 1, 2, 3, 4`.execute(db);
  const counts = await sql`select url_id, sum(clicks) from url_counters group by 1 order by 1`.execute(db);
  return [hours.rows, shares.rows, counts.rows];
}

test('nothing differs after honest clicks, by the metrics of the replica neither', async () => {
  await using situation = await start();
  const { code, text } = await situation.run('--metrics', `${situation.service.url}/metrics`);
  expect(text).toContain('7 redirects, 7 clicks recorded, 0 in memory, 0 dropped');
  expect(text).toContain('of them 7 in the history, 0 waiting, 0 set aside');
  expect(text).toContain('7 clicks in events, 7 in the hours');
  expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining('every click is where it should be') });
});

test('without the metrics of a replica nothing is said of its redirects', async () => {
  await using situation = await start();
  const { code, text } = await situation.run();
  const lines = text.split('\n').slice(-3);
  expect({ code, lines }).toEqual({
    code: 0,
    lines: [
      'not compared: answered redirects with recorded clicks, as no --metrics URL names a replica',
      'not compared: unique visitors, as the history does not know who they were',
      'every sum is what the history says',
    ],
  });
  const { text: followed } = await situation.run('--metrics', `${situation.service.url}/metrics`);
  expect(followed).not.toContain('answered redirects with');
});

test('a click that waits is no difference; one that is gone from the queue is missing', async () => {
  await using situation = await start();
  const { service, queueUrl, one, run } = situation;
  const metrics = ['--metrics', `${service.url}/metrics`];
  const queue = createClient({ url: queueUrl });
  await queue.connect();
  {
    await using _halt = await haltIngestion(service.databaseUrl);
    await call(service, 'GET', `/${one.code}`);
    const waits = await run(...metrics);
    expect(waits).toEqual({ code: 0, text: expect.stringContaining('of them 7 in the history, 1 waiting') });
    const [entry] = (await queue.xRange(streamKey, '-', '+')) ?? [];
    await queue.xDel(streamKey, entry?.id ?? '');
    const lost = await run(...metrics);
    expect(lost.text).toContain('8 redirects, 8 clicks recorded');
    expect(lost).toEqual({ code: 1, text: expect.stringContaining('differs: 1 recorded, and neither') });
  }
  queue.destroy();
});

test('a click that waits in Postgres, or that was set aside, is found', async () => {
  await using situation = await start();
  const { service, queueUrl, db, one, run } = situation;
  const metrics = ['--metrics', `${service.url}/metrics`];
  const queue = createClient({ url: queueUrl, commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } });
  await queue.connect();
  {
    await using _halt = await haltIngestion(service.databaseUrl);
    await call(service, 'GET', `/${one.code}`);
    const [entry] = (await queue.xRange(streamKey, '-', '+')) ?? [];
    const payload = entry?.message['b'] as unknown as Buffer;
    await appendToInbox(db, [{ id: readBatchId(payload) ?? '', payload, clicks: 1 }]);
    expect((await run(...metrics)).text).toContain('of them 7 in the history, 1 waiting, 0 set aside');
    await queue.xDel(streamKey, entry?.id ?? '');
    expect((await run(...metrics)).text).toContain('of them 7 in the history, 1 waiting, 0 set aside');
    await db.insertInto('click_aside').values({ source: 'queue', reason: 'a test', payload }).execute();
    await db.deleteFrom('click_inbox').execute();
    const aside = await run(...metrics);
    expect(aside.text).toContain('of them 7 in the history, 0 waiting, 1 set aside');
    expect(aside.code).toBe(1);
  }
  queue.destroy();
});

test('a batch that is gone from the history is missing, also between others', async () => {
  await using situation = await start();
  const { service, db, run } = situation;
  await sql`delete from click_batches where id = (select id from click_batches order by id offset 1 limit 1)`.execute(
    db,
  );
  const { code, text } = await run('--metrics', `${service.url}/metrics`);
  expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(/differs: \d recorded, and neither/) });
});

test.each([
  [
    'a count that is too high',
    'click_count: 4 instead of 3',
    sql`update url_counters set clicks = clicks + 1 where clicks = 3`,
  ],
  ['an hour that is missing', 'clicks of the hour', sql`delete from url_hours`],
  ['an hour with too many bots', 'bots of the hour', sql`update url_hours set bots = bots + 1`],
  ['shares that are missing', 'agent shares', sql`delete from url_shares where kind = 'agent'`],
  [
    'a click that is gone from the events',
    'instead of',
    sql`delete from events where id = (select max(id) from events)`,
  ],
])('%s is said, and made good by --repair', async (_, said, damage) => {
  await using situation = await start();
  const { db, run } = situation;
  await damage.execute(db);
  expect(await run()).toEqual({ code: 1, text: expect.stringContaining(said) });
  expect(await run('--repair')).toEqual({ code: 0, text: expect.stringContaining('repaired') });
  expect((await run()).code).toBe(0);
});

test('sums made anew are what ingestion made of the same clicks', async () => {
  await using situation = await start();
  const { db, run } = situation;
  const before = await sums(db);
  await sql`delete from url_hours`.execute(db);
  await sql`delete from url_shares`.execute(db);
  await sql`delete from url_counters`.execute(db);
  await run('--repair');
  expect(await sums(db)).toEqual(before);
});

test('sums of months whose events were dropped are neither compared nor touched', async () => {
  await using situation = await start();
  const { db, one, run } = situation;
  const old = '2020-05-01T10:00:00Z';
  await db
    .insertInto('url_hours')
    .values({ url_id: one.id, hour: new Date(old), clicks: 50, bots: 0 })
    .execute();
  await sql`update url_counters set clicks = clicks + 50 where url_id = ${one.id}`.execute(db);
  expect((await run()).code).toBe(0);
  await sql`delete from url_counters`.execute(db);
  expect((await run('--repair')).code).toBe(0);
  expect((await call(situation.service, 'GET', `/urls/${one.id}`)).body).toMatchObject({ click_count: 53 });
});

test('a batch that was set aside is a difference', async () => {
  await using situation = await start();
  const { db, run } = situation;
  const row = { source: 'queue', reason: 'unreadable', payload: Buffer.from('x') };
  await db.insertInto('click_aside').values(row).execute();
  expect(await run()).toEqual({ code: 1, text: expect.stringContaining('set aside in click_aside') });
});

test.each([[['--unknown']], [['--metrics', 'http://127.0.0.1:1/metrics']]])('%j ends in one sentence', async (argv) => {
  await using situation = await start();
  await expect(situation.run(...argv)).rejects.toThrow(/Unknown option|does not answer/);
});
