import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: pg.Client;
const titles = ['none', 'three', 'five', 'also three', 'one'];

type Url = { id: number; title: string; click_count: number };

beforeAll(async () => {
  service = await startTestService();
  client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  for (const title of titles) await call(service, 'POST', '/urls', { original_url: 'https://example.com/', title });
  // Two slots of one url: they count together.
  await client.query(`insert into url_counters (url_id, slot, clicks)
    values (2, 0, 1), (2, 3, 2), (3, 0, 5), (4, 1, 3), (5, 2, 1)`);
});
afterAll(async () => {
  await client.end();
  await service[Symbol.asyncDispose]();
});

/** Titles of every page from the first one on, as a client follows `next`. */
async function follow(start: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let path: string | undefined = start; path; ) {
    const { headers, body } = await call(service, 'GET', path);
    pages.push((body as Url[]).map(({ title }) => title));
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  return pages;
}

/** Asks until the order is the one that is waited for. */
async function until(path: string, wanted: string[]): Promise<void> {
  while ((await follow(path)).flat().join() !== wanted.join());
}

test('most clicks first, or fewest; equal ones by age; by pages and by cursors', async () => {
  const most = ['five', 'also three', 'three', 'one', 'none'];
  await until('/urls?sort=clicks&order=desc', most);
  expect(await follow('/urls?sort=clicks&order=desc&per_page=2')).toEqual([
    most.slice(0, 2),
    most.slice(2, 4),
    most.slice(4),
  ]);
  expect(await follow('/urls?sort=clicks&order=desc&per_page=2&cursor=')).toEqual([
    ...[most.slice(0, 2), most.slice(2, 4), most.slice(4)],
  ]);
  expect((await follow('/v1/urls?sort=clicks&per_page=3&cursor=')).flat()).toEqual(most.toReversed());
});

test('filters narrow that list as any other', async () => {
  await until('/urls?sort=clicks&order=desc&q=three', ['also three', 'three']);
  expect(await follow('/urls?sort=clicks&order=desc&q=three&per_page=1&cursor=')).toEqual([['also three'], ['three']]);
  expect((await call(service, 'GET', '/urls?sort=clicks&q=three')).headers.get('x-total-count')).toBe('2');
});

test('a filter that more match than are counted reads along the ranks', async () => {
  await using many = await startTestService();
  const other = new pg.Client({ connectionString: many.databaseUrl });
  await other.connect();
  await other.query(`insert into urls (short_code, original_url, title)
    select 'c' || n, 'https://example.com/', 'many' from generate_series(1, 20500) n`);
  await other.query('insert into url_counters (url_id, slot, clicks) values (20400, 0, 9), (7, 1, 8)');
  await other.end();
  const first = async () => {
    const { body } = await call(many, 'GET', '/urls?sort=clicks&order=desc&q=many&per_page=2');
    return (body as Url[]).map(({ id, click_count }) => [id, click_count]).join(' ');
  };
  // In two steps, for so many are not one.
  while ((await first()) !== '20400,9 7,8');
});

test('clicks move a link up, a new one is at the end, and one that was deleted is gone at once', async () => {
  const { body } = await call(service, 'POST', '/urls', { original_url: 'https://example.com/', title: 'new' });
  await client.query('update url_counters set clicks = 6 where url_id = 5');
  await until('/urls?sort=clicks&order=desc', ['one', 'five', 'also three', 'three', 'new', 'none']);
  await call(service, 'DELETE', `/urls/${(body as Url).id}`);
  expect((await follow('/urls?sort=clicks')).flat()).not.toContain('new');
  const ranked = async () => Number((await client.query('select count(*) from url_ranks')).rows[0]?.count);
  while ((await ranked()) !== titles.length);
});

test('an unknown order, and a cursor of another one, are malformed', async () => {
  expect((await call(service, 'GET', '/urls?sort=luck')).status).toBe(400);
  const { headers } = await call(service, 'GET', '/urls?per_page=1&cursor=');
  const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  expect((await call(service, 'GET', `${next}&sort=clicks`)).status).toBe(400);
});

test('along the ranks no more is read than a page', async () => {
  const { rows } = await client
    .query(`set enable_seqscan = off; explain (format json)
    select r.url_id from url_ranks r where (r.clicks, r.url_id) < (5, 3) order by r.clicks desc, r.url_id desc limit 3`)
    .then((results) => (results as unknown as pg.QueryResult[])[1] ?? { rows: [] });
  expect(JSON.stringify(rows)).toContain('url_ranks_clicks_idx');
});
