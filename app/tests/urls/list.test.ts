import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kysely, type Logger, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from '../../src/database.ts';
import { listUrls } from '../../src/urls/list-store.ts';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let owner: number;
const ids: number[] = [];

type Url = { id: number; title: string };

beforeAll(async () => {
  service = await startTestService();
  const user = await call(service, 'POST', '/users', { username: 'ada', email: 'ada@example.org' });
  owner = (user.body as { id: number }).id;
  const bodies = [
    { original_url: 'https://example.com/red/apple', title: 'Fruit one', tags: ['fruit', 'red'] },
    { original_url: 'https://example.com/green/apple', title: 'Fruit 100%', tags: ['fruit'], user_id: owner },
    { original_url: 'https://example.org/car', title: 'Wheels', user_id: owner, custom_alias: 'Zq_car' },
    { original_url: 'https://example.org/日本', title: 'Überschrift' },
    { original_url: 'https://example.org/last', title: "Quote ' and \\ backslash", tags: ["o'clock"] },
  ];
  for (const body of bodies) ids.push(((await call(service, 'POST', '/urls', body)).body as Url).id);
  await call(service, 'PUT', `/urls/${ids[2]}`, { is_active: false });
});
afterAll(async () => service[Symbol.asyncDispose]());

const list = async (query: string) => {
  const { status, headers, body } = await call(service, 'GET', `/urls?${query}`);
  expect(status).toBe(200);
  const places = (body as Url[]).map(({ id }) => ids.indexOf(id));
  return { places, total: headers.get('x-total-count'), link: headers.get('link') ?? '' };
};

/** Every page from the first one on, as a client follows `next`. */
async function follow(start: string): Promise<number[][]> {
  const pages: number[][] = [];
  for (let path: string | undefined = start; path; ) {
    const { headers, body } = await call(service, 'GET', path);
    pages.push((body as Url[]).map(({ id }) => ids.indexOf(id)));
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  return pages;
}

test.each([
  ['', [0, 1, 2, 3, 4]],
  ['is_active=true', [0, 1, 3, 4]],
  ['is_active=FALSE', [2]],
  ['is_active=0', [2]],
  ['is_active=1', [0, 1, 3, 4]],
  ['tag=fruit', [0, 1]],
  ['tag=red', [0]],
  ["tag=o'clock", [4]],
  ['tag=nothing', []],
  ['q=apple', [0, 1]],
  ['q=APPLE', [0, 1]],
  ['q=red/app', [0]],
  ['q=fruit', [0, 1]],
  ['q=wheels', [2]],
  ['q=Zq_car', [2]],
  ['q=HTTPS://example.org/ca', [2]],
  ['q=http://example.org/ca', [2]],
  ['q=100%25', [1]],
  ['q=1_0', []],
  ['q=fru%25one', []],
  ['q=example.org', [2, 3, 4]],
  ['q=%C3%9CberSCHRIFT', [3]],
  ["q=Quote%20'%20and%20%5C", [4]],
  ['q=Zq', [2]],
  ['q=pp', [0, 1]],
  ['q=%E6%97%A5%E6%9C%AC', [3]],
  ['q=%25', [1]],
  ['q=%5C', [4]],
  ['q=_', []],
  ['q=https://', [0, 1, 2, 3, 4]],
])('GET /urls?%s finds %j', async (query, places) => {
  expect(await list(query)).toMatchObject({ places, total: String(places.length) });
});

test('filters narrow each other', async () => {
  expect(await list(`user_id=${owner}`)).toMatchObject({ places: [1, 2], total: '2' });
  expect(await list(`user_id=${owner}&is_active=true&tag=fruit&q=green`)).toMatchObject({ places: [1], total: '1' });
  expect(await list(`user_id=${owner}&tag=red`)).toMatchObject({ places: [], total: '0', link: expect.any(String) });
  expect(await list('user_id=987654')).toMatchObject({ places: [], total: '0' });
});

test('pages and cursors lead through all urls once, and keep the filter', async () => {
  expect(await follow('/urls?per_page=2')).toEqual([[0, 1], [2, 3], [4]]);
  expect(await follow('/urls?per_page=2&cursor=')).toEqual([[0, 1], [2, 3], [4]]);
  expect(await follow('/v1/urls?per_page=1&q=apple')).toEqual([[0], [1]]);
  expect((await list('per_page=2&page=2')).link).toContain('rel="prev"');
});

test('newest first, by pages and cursors', async () => {
  expect(await follow('/urls?order=desc&per_page=2')).toEqual([[4, 3], [2, 1], [0]]);
  expect(await follow('/urls?order=desc&per_page=2&cursor=')).toEqual([[4, 3], [2, 1], [0]]);
  expect(await follow('/urls?order=desc&per_page=1&q=apple&cursor=')).toEqual([[1], [0]]);
  expect((await call(service, 'GET', '/urls?order=up')).status).toBe(400);
});

test('a page beyond the end is empty, and more than 100 a page is 100', async () => {
  expect(await list('page=999999999')).toMatchObject({ places: [], total: '5' });
  expect((await list('per_page=1000')).link).toContain('page=1');
});

test('the exact total follows whoever writes, and 10,000 is where a filtered one ends', async () => {
  await using other = await startTestService();
  const client = new pg.Client({ connectionString: other.databaseUrl });
  await client.connect();
  const total = async (query: string) => (await call(other, 'GET', `/urls${query}`)).headers.get('x-total-count');
  expect(await total('')).toBe('0');
  await client.query(`insert into urls (short_code, original_url, title)
    select 'c' || n, 'https://example.com/', 'many' from generate_series(1, 10050) n`);
  expect([await total(''), await total('?q=many')]).toEqual(['10050', '10000']);
  await client.query("delete from urls where short_code in ('c1', 'c2', 'c3')");
  expect(await total('')).toBe('10047');
  await client.query('begin; delete from urls; rollback');
  expect(await total('')).toBe('10047');
  await client.query('truncate urls cascade');
  expect(await total('')).toBe('0');
  await client.end();
});

test('a text that no index serves is looked for in the newest 20,000', async () => {
  await using other = await startTestService();
  const client = new pg.Client({ connectionString: other.databaseUrl });
  await client.connect();
  await client.query(`insert into urls (short_code, original_url, title)
    select 'c' || n, 'https://example.com/', case when n in (1, 20002) then 'x+x' end from generate_series(1, 20002) n`);
  await client.end();
  const { headers, body } = await call(other, 'GET', '/urls?q=x%2Bx');
  expect([headers.get('x-total-count'), (body as Url[]).map(({ id }) => id)]).toEqual(['1', [20_002]]);
});

test('a search reads the index where that can serve it, and never all of it', async () => {
  const pool = new pg.Pool({ connectionString: service.databaseUrl, max: 1 });
  const asked: { sql: string; parameters: readonly unknown[] }[] = [];
  const log: Logger = ({ query }) => void asked.push(query);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }), log });
  const planOf = async (q: string) => {
    asked.length = 0;
    await listUrls(db, { q }, { keys: [], after: 0, offset: 0, limit: 2, number: 1 }, 'asc');
    // Nothing but the searches' own indexes is left to choose, until the end of this transaction.
    await pool.query('begin; set local enable_seqscan = off; drop index urls_user_id_id_idx');
    await pool.query('alter table urls drop constraint urls_pkey cascade');
    const plans = asked
      .filter(({ sql }) => sql.includes('ilike'))
      .map(({ sql, parameters }) => pool.query(`explain ${sql}`, [...parameters]));
    const used = (await Promise.all(plans)).map(({ rows }) => JSON.stringify(rows).split('urls_search_idx').length - 1);
    await pool.query('rollback');
    return used;
  };
  expect(await planOf('apple')).toEqual([1, 1]);
  expect(await planOf('e%a')).toEqual([0, 0]);
  await db.destroy();
});

test('a search that takes too long is a 422, and keeps nobody from the database', async () => {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('begin; lock table urls');
  // Each asks twice at once: fewer than there are connections, more than a breaker bears.
  const searches = await Promise.all(Array.from({ length: 4 }, () => call(service, 'GET', '/urls?q=apple')));
  const users = await call(service, 'GET', '/users');
  await client.query('rollback');
  await client.end();
  for (const { status, body } of searches) {
    expect([status, body]).toEqual([422, expect.objectContaining({ errors: { q: expect.any(String) } })]);
  }
  expect(users.status).toBe(200);
  expect((await call(service, 'GET', '/urls?q=apple')).status).toBe(200);
});

test('more searches than there are connections, and none ends → 422 or 429 for each, and all else goes on', async () => {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('begin; lock table urls');
  const searches = Promise.all(Array.from({ length: 20 }, () => call(service, 'GET', '/urls?q=apple')));
  const others = await Promise.all(Array.from({ length: 20 }, () => call(service, 'GET', '/users')));
  const answers = await searches;
  await client.query('rollback');
  await client.end();
  expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([422, 429]));
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get('Retry-After')).toBe('3');
  expect((await call(service, 'GET', '/urls?q=apple')).status).toBe(200);
});

test('each filter has an index that serves it', async () => {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('set enable_seqscan = off');
  const plan = async (where: string) =>
    JSON.stringify((await client.query(`explain (format json) select id from urls where ${where}`)).rows);
  const text = "(substr(original_url, 8) || ' ' || coalesce(title, ''))";
  const search = await plan(`${text} ilike '%apple%' or short_code like 'apple%'`);
  expect(search).toContain('urls_search_idx');
  expect(search).toContain('urls_short_code_key');
  expect(await plan('not is_active')).toContain('urls_inactive_idx');
  expect(await plan("tags @> array['a']")).toContain('urls_tags_idx');
  expect(await plan('user_id = 1 and id > 5 order by id')).toContain('urls_user_id_id_idx');
  await client.end();
});
