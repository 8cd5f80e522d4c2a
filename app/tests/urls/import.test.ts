import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { call, upload } from '../support/api.ts';
import { seedData } from '../support/seed-data.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeEach(async () => {
  // Longer than on a busy machine one create waits for the others' imports.
  service = await startTestService({ databaseTimeout: 30_000 });
});
afterEach(async () => service[Symbol.asyncDispose]());

type Report = { count: number; imported: number; skipped: number; errors: { line: number; error: string }[] };
type Url = { id: number; short_code: string; original_url: string };

const total = async (): Promise<number> =>
  Number((await call(service, 'GET', '/urls?per_page=1')).headers.get('x-total-count'));
const bulk = async (body: unknown): Promise<Report> => {
  const answer = await call(service, 'POST', '/urls/bulk', body);
  expect(answer.status).toBe(201);
  return answer.body as Report;
};
const bulkCsv = async (content: string): Promise<Report> => {
  const answer = await upload(service, '/urls/bulk', content);
  expect(answer.status).toBe(201);
  return answer.body as Report;
};
const eventsOf = async (id: number) => (await call(service, 'GET', `/events?url_id=${id}`)).body as object[];

test('urls of a seed file keep id, owner, code, state and age, and get their event', async () => {
  const data = seedData({ users: 5, urls: 1_200, events: 0 });
  await upload(service, '/users/bulk', data['users.csv']);
  const report = await bulkCsv(data['urls.csv']);
  expect(report).toEqual({ count: 1_200, imported: 1_200, skipped: 0, errors: [] });
  const [, line = ''] = data['urls.csv'].split('\n');
  const [id, user_id, short_code, original_url, title, active, created = ''] = line.split(',');
  const created_at = `${created.replace(' ', 'T')}.000Z`;
  const expected = { id: Number(id), user_id: Number(user_id), short_code, original_url, title, created_at };
  const found = await call(service, 'GET', '/urls/1');
  expect(found.body).toMatchObject({ ...expected, is_active: active === 'True', updated_at: created_at });
  expect(await eventsOf(1)).toMatchObject([
    { event_type: 'created', url_id: 1, timestamp: created_at, details: { short_code, original_url } },
  ]);
  const next = await call(service, 'POST', '/urls', { original_url: 'https://example.org' });
  expect(next.body).toMatchObject({ id: 1_201 });
});

test('a file that comes twice changes nothing and says so', async () => {
  const data = seedData({ users: 1, urls: 3, events: 0 });
  await upload(service, '/users/bulk', data['users.csv']);
  await bulkCsv(data['urls.csv']);
  expect(await bulkCsv(data['urls.csv'])).toMatchObject({
    count: 3,
    imported: 0,
    skipped: 3,
    errors: [{ line: 2, error: 'id, short_code: already taken' }, { line: 3 }, { line: 4 }],
  });
  expect(await eventsOf(1)).toHaveLength(1);
});

test('a code that is a live alias is skipped and still leads where it led', async () => {
  const before = await call(service, 'POST', '/urls', { original_url: 'https://example.org/a', custom_alias: 'mine' });
  const report = await bulk([{ original_url: 'https://example.org/b', short_code: 'mine' }]);
  expect(report).toMatchObject({ imported: 0, errors: [{ line: 1, error: 'short_code: already taken' }] });
  const { id } = before.body as Url;
  expect((await call(service, 'GET', `/urls/${id}`)).body).toMatchObject({ original_url: 'https://example.org/a' });
});

test('urls of a list without codes get codes, and the same address twice two of them', async () => {
  const original_url = 'https://example.org/same';
  expect(await bulk([{ original_url }, { original_url, tags: ['a', 'b'], max_clicks: 3 }])).toMatchObject({
    imported: 2,
  });
  const urls = (await call(service, 'GET', '/urls')).body as Url[];
  expect(new Set(urls.map(({ short_code }) => short_code)).size).toBe(2);
  expect(urls[1]).toMatchObject({ tags: ['a', 'b'], max_clicks: 3, is_active: true });
});

test.each([
  [{}, 'original_url'],
  [{ original_url: 'ftp://example.org' }, 'original_url'],
  [{ original_url: 'http://127.0.0.1/' }, 'original_url'],
  [{ original_url: 'https://sho.rt/loop' }, 'original_url'],
  [{ original_url: 'https://example.org', short_code: 'urls' }, 'short_code'],
  [{ original_url: 'https://example.org', short_code: 'a b' }, 'short_code'],
  [{ original_url: 'https://example.org', custom_alias: 'x' }, 'custom_alias'],
  [{ original_url: 'https://example.org', user_id: true }, 'user_id'],
  [{ original_url: 'https://example.org', user_id: 77 }, 'user_id: no such user'],
  [{ original_url: 'https://example.org', id: -1 }, 'id'],
  [{ original_url: 'https://example.org', id: 1e18 }, 'id'],
  [{ original_url: 'https://example.org', is_active: 'perhaps' }, 'is_active'],
  [{ original_url: 'https://example.org', created_at: 'yesterday' }, 'created_at'],
  [{ original_url: 'https://example.org', created_at: '2025-02-30 00:00:00' }, 'created_at'],
  [{ original_url: 'https://example.org', redirect_type: 303 }, 'redirect_type'],
  [{ original_url: 'https://example.org', tags: 'x'.repeat(51) }, 'tags'],
  [{ original_url: 'https://example.org', tags: '[' }, 'tags'],
  [{ original_url: 'https://example.org', title: 'a\u0000b' }, 'title'],
  [{ original_url: 'https://example.org', max_clicks: 0 }, 'max_clicks'],
  [null, 'record'],
  [[], 'record'],
  ['https://example.org', 'record'],
])('an item like %j is refused, and its neighbour added', async (item, error) => {
  const report = await bulk([item, { original_url: 'https://example.org/fine', short_code: 'ok' }]);
  expect(report).toMatchObject({ count: 2, imported: 1, skipped: 1, errors: [{ line: 1 }] });
  expect(report.errors[0]?.error).toContain(error);
});

test('of two lines with one code the first is added', async () => {
  const original_url = 'https://example.org';
  const same = { original_url, short_code: 'twice', id: 9 };
  const report = await bulk([same, same, { original_url, short_code: 'twice' }, { original_url, id: 9 }]);
  expect(report).toMatchObject({ imported: 1, errors: [{ line: 2 }, { line: 3 }, { line: 4 }] });
  expect(await total()).toBe(1);
});

test('what follows the ten thousandth is not read, and that is said', async () => {
  const line = (n: number) => `https://example.org/${n}`;
  const file = ['original_url', ...Array.from({ length: 10_050 }, (_, n) => line(n))].join('\n');
  const report = await bulkCsv(file);
  expect(report).toMatchObject({ count: 10_000, imported: 10_000, skipped: 1, errors: [{ line: 10_002 }] });
  expect(await total()).toBe(10_000);
});

test('of many codes that were asked for before they came, each redirects once the import has answered', async () => {
  const codes = ['own-1', 'own-4999', 'own-5000', 'own-5001', 'own-10000'];
  const statuses = () =>
    Promise.all(codes.map(async (code) => (await fetch(`${service.url}/${code}`, { redirect: 'manual' })).status));
  expect(await statuses()).toEqual(codes.map(() => 404));
  const lines = Array.from({ length: 10_000 }, (_, index) => `own-${index + 1},https://example.org/${index}`);
  const answer = await upload(service, '/urls/bulk', ['short_code,original_url', ...lines].join('\n'));
  expect(answer).toMatchObject({ status: 201, body: { imported: 10_000 } });
  expect(await statuses()).toEqual(codes.map(() => 302));
});

test('two imports and creates at the same time end without a deadlock, and every code once', async () => {
  const items = Array.from({ length: 1_000 }, (_, n) => ({
    original_url: 'https://example.org',
    short_code: `code${n}`,
  }));
  const singles = Array.from({ length: 40 }, (_, n) =>
    call(service, 'POST', '/urls', { original_url: 'https://example.org', custom_alias: `code${n * 25}` }),
  );
  const [one, two, ...others] = await Promise.all([bulk(items), bulk(items.toReversed()), ...singles]);
  const statuses = others.map(({ status }) => status);
  expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
  const created = statuses.filter((status) => status === 201).length;
  expect(one.imported + two.imported + created).toBe(await total());
});

test('urls for a user who goes at the same time are gone with the user, or were refused', async () => {
  const data = seedData({ users: 1, urls: 1_500, events: 0 });
  await upload(service, '/users/bulk', data['users.csv']);
  const [report, removed] = await Promise.all([bulkCsv(data['urls.csv']), call(service, 'DELETE', '/users/1')]);
  expect(removed.status).toBe(204);
  expect(report.count).toBe(1_500);
  expect(await total()).toBe(0);
});

test.each(['{}', 'null', '[1', '[{"original_url":"https://example.org"}', 'x', ''])(
  'a body like %j is malformed, and nothing of it is added',
  async (body) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${service.url}/urls/bulk`, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await total()).toBe(0);
  },
);
