import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kysely, type Logger, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from '../../src/database.ts';
import { type EventFilter, type EventRange, listEvents } from '../../src/events/list-store.ts';
import { slowPart } from '../../src/events/looking.ts';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let pool: pg.Pool;
const busy = 1;

/** As many urls are made, and then one of them is clicked: to Postgres every fourth event is of that url and a new url's. */
const history = `
  insert into urls (short_code, original_url) select 'c' || n, 'https://example.com/' from generate_series(1, 1000) n;
  insert into events (url_id, event_type, details) select n, 'created', '{"a": 1}' from generate_series(1, 40000) n;
  insert into events (url_id, event_type, details)
  select case when n % 100 = 0 then n % 1000 + 1 else ${busy} end, 'click', '{"a": 1}' from generate_series(1, 100000) n`;
const middle = 90_000;

beforeAll(async () => {
  service = await startTestService();
  pool = new pg.Pool({ connectionString: service.databaseUrl, max: 1 });
  await pool.query(history);
  await pool.query('vacuum analyze events');
});
afterAll(async () => {
  await pool.end();
  await service[Symbol.asyncDispose]();
});

type Plan = { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };

/** How many pages Postgres looks at for a list. */
async function pagesRead(filter: EventFilter, range: Pick<EventRange, 'order' | 'after'>): Promise<number> {
  const asked: { sql: string; parameters: readonly unknown[] }[] = [];
  const log: Logger = ({ query }) => void asked.push(query);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }), log });
  await listEvents(db, filter, { ...range, limit: 21 });
  const [{ sql, parameters } = { sql: '', parameters: [] }] = asked;
  const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, buffers, format json) ${sql}`,
    [...parameters],
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  return plan ? plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] : Number.NaN;
}

// All of them are more than two thousand pages; of what is found, each row costs some for its url.
const mostPages = 150;

test.each<[string, EventFilter]>([
  ["a busy url's changes", { url_id: busy, event_type: 'created' }],
  ["a busy url's events of a type that it has none of", { url_id: busy, event_type: 'updated' }],
  ["a busy url's clicks", { url_id: busy, event_type: 'click' }],
  ["a busy url's events", { url_id: busy }],
  ['a type that is rare by now', { event_type: 'created' }],
  ['a type that nobody has', { event_type: 'note' }],
  ['all', {}],
])('%s are found without reading what lies between', async (_, filter) => {
  expect(slowPart(filter)).toBeUndefined();
  for (const order of ['asc', 'desc'] as const) {
    for (const after of [undefined, middle]) {
      expect(await pagesRead(filter, { order, after })).toBeLessThan(mostPages);
    }
  }
});

test('events that are found too slowly are a 422 that says why, and keep nobody from the database', async () => {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('begin; lock table events');
  const slow = { from: 'from=2026-01-01', to: 'to=2026-01-01', user_id: 'user_id=1', event_type: 'event_type=click' };
  const ask = async ([field, filter]: [string, string]) => [field, await call(service, 'GET', `/events?${filter}`)];
  const answers = Promise.all(Object.entries(slow).map(ask));
  const others = await Promise.all(Array.from({ length: 10 }, () => call(service, 'GET', '/urls')));
  const told = await answers;
  await client.query('rollback');
  await client.end();
  expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
  for (const [field, answer] of told) {
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: { [String(field)]: expect.stringContaining('sooner') } },
    });
  }
  for (const filter of Object.values(slow)) expect((await call(service, 'GET', `/events?${filter}`)).status).toBe(200);
});
