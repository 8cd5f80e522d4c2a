import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let one: TestService;
let other: TestService;
beforeEach(async () => {
  [one, other] = await Promise.all([startTestService(), startTestService()]);
});
afterEach(async () => {
  await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
});

const odd = [
  { original_url: 'https://example.org/plain' },
  { original_url: 'https://example.org/formula', title: '=HYPERLINK("http://x")' },
  { original_url: 'https://example.org/guarded', title: "'=1+1" },
  { original_url: 'https://example.org/apostrophe', title: "'s-Hertogenbosch" },
  { original_url: 'https://example.org/lines', title: 'two\r\nlines, "quoted"' },
  { original_url: 'https://example.org/tags', tags: ['a', 'b|c', ' d', '[e]', '-f'] },
  { original_url: 'https://example.org/spaces', title: '  spaced  ', tags: ['x y', 'z'] },
  { original_url: 'https://例え.example/ü?q=%00', title: '日本 🎉' },
  { original_url: 'https://example.org/all', redirect_type: 308, forward_query: true, max_clicks: 5 },
  { original_url: 'https://example.org/later', expires_at: '2030-01-02T03:04:05.678Z', custom_alias: '-dash-' },
];

async function urlsOf(service: TestService): Promise<object[]> {
  return (await call(service, 'GET', '/urls')).body as object[];
}

test.each(['csv', 'ndjson'])('what is exported as %s and read again is the same', async (format) => {
  for (const body of odd) expect((await call(one, 'POST', '/urls', body)).status).toBe(201);
  await call(one, 'PUT', '/urls/3', { is_active: false });
  const file = await fetch(`${one.url}/urls/export?format=${format}`);
  expect(file.status).toBe(200);
  const headers = { 'Content-Type': format === 'csv' ? 'text/csv' : 'application/x-ndjson' };
  const body = await file.bytes();
  const answer = await fetch(`${other.url}/urls/bulk`, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ count: odd.length, imported: odd.length, errors: [] });
  expect(await urlsOf(other)).toEqual(await urlsOf(one));
});

test('a spreadsheet runs nothing of an export', async () => {
  for (const title of ['=1', '+1', '-1', '@x', '\t=1', "'=1"]) {
    await call(one, 'POST', '/urls', { original_url: 'https://example.org', title });
  }
  const text = await (await fetch(`${one.url}/urls/export`)).text();
  expect(text).not.toMatch(/(^|[,\n])"?[=+@\t-]/);
});

test('an export of nothing is its first line, and as NDJSON nothing', async () => {
  const csv = await fetch(`${one.url}/v1/urls/export?format=csv`);
  expect(await csv.text()).toMatch(/^id,user_id,short_code,original_url,[a-z_,]+\n$/);
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="urls.csv"');
  expect(await (await fetch(`${one.url}/urls/export?format=ndjson`)).text()).toBe('');
});

test('another format is malformed', async () => {
  expect((await call(one, 'GET', '/urls/export?format=xml')).status).toBe(400);
});

test('an export of many pages has every url once, in order', async () => {
  const lines = Array.from({ length: 3_001 }, (_, n) => `https://example.org/${n}`);
  const body = ['original_url', ...lines].join('\n');
  await fetch(`${one.url}/urls/bulk`, { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body });
  const text = await (await fetch(`${one.url}/urls/export?format=ndjson`)).text();
  const found = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { original_url: string }).original_url);
  expect(found).toEqual(lines);
});

test('a client that goes away ends its export, and the service answers on', async () => {
  const stop = new AbortController();
  const answer = await fetch(`${one.url}/urls/export`, { signal: stop.signal });
  stop.abort();
  await expect(answer.text()).rejects.toThrow();
  expect((await call(one, 'GET', '/urls/export?format=ndjson')).status).toBe(200);
});
