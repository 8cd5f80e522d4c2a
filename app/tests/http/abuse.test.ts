import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { openRaw } from '../support/raw.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { createTestDatabase, type TestDatabase } from '../support/stores.ts';
import { until } from '../support/until.ts';

const stack = new AsyncDisposableStack();
let database: TestDatabase;
let replica: Replica;

beforeAll(async () => {
  database = stack.use(await createTestDatabase());
  const settings = { DATABASE_URL: database.url, RATE_LIMIT: 'off', LOG_LEVEL: 'error', REQUEST_TIMEOUT_SECONDS: '2' };
  // `listening` is an info line.
  replica = stack.use(await startReplica({ ...settings, LOG_LEVEL: 'info', LOG_RATE: '0' }));
});
afterAll(() => stack.disposeAsync());

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

/** Sends bytes and waits for the first line of an answer, or for the end of the connection. */
async function answerTo(bytes: string | Buffer): Promise<number> {
  using connection = await openRaw(replica.url);
  connection.write(bytes);
  return statusOf(await connection.received(/^HTTP\/1\.1 \d{3}[^\n]*\r\n/).catch((error: Error) => error.message));
}

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(replica.url + path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });

const stillAnswers = async () => expect((await fetch(`${replica.url}/health`)).status).toBe(200);

const long = 'x'.repeat(17_000);

test.each([
  ['a header of 17 kB', `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${long}\r\n\r\n`, 431],
  ['a target of 17 kB', `GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ['no Host', 'GET /health HTTP/1.1\r\n\r\n', 400],
  ['an unknown method', 'BREW /health HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['an unknown version', 'GET /health HTTP/3.7\r\nHost: x\r\n\r\n', 400],
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['a NUL in a header', 'GET /health HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', 400],
  ['a blank in a header name', 'GET /health HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n', 400],
  ['two lengths', 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}', 400],
  [
    'a length and chunks',
    'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['a negative length', 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
  [
    'broken chunks',
    'POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    400,
  ],
  ['a fragment in the target', 'GET /health#x HTTP/1.1\r\nHost: x\r\n\r\n', 200],
  ['an absolute target', 'GET http://other/health HTTP/1.1\r\nHost: x\r\n\r\n', 200],
  ['a broken Host', 'GET /health HTTP/1.1\r\nHost: [::1\r\n\r\n', 200],
  ['an encoding that is none', 'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n', 404],
  ['an encoded NUL', 'GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n', 404],
  ['an encoded NUL in a resource', 'GET /users/%00 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['an encoding that is no UTF-8', 'GET /urls/%ff HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['raw bytes above ASCII', Buffer.from('GET /\xfc\xff HTTP/1.1\r\nHost: x\r\n\r\n', 'latin1'), 400],
  ['dots', 'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 404],
  ['a query that is all signs', 'GET /users?page=%&&&==&per_page[]=1 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['an expectation', 'POST /users HTTP/1.1\r\nHost: x\r\nExpect: something\r\nContent-Length: 0\r\n\r\n', 415],
])('%s: an answer at once, and no 5xx', async (_what, bytes, expected) => {
  expect(await answerTo(bytes)).toBe(expected);
  await stillAnswers();
});

test.each([
  ['no Host', 'GET /health HTTP/1.1\r\n\r\n'],
  ['no Host for a code', 'GET /abcdefg HTTP/1.1\r\n\r\n'],
  ['an expectation', 'POST /users HTTP/1.1\r\nHost: x\r\nExpect: something\r\nContent-Length: 0\r\n\r\n'],
])('%s: refused as everything is, with a problem and an id', async (_what, bytes) => {
  using connection = await openRaw(replica.url);
  connection.write(bytes);
  const answer = await connection.received(/\r\n\r\n\{.*\}$/s);
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d .*X-Request-ID: [\w-]{36}\r\n/s);
  expect(answer).toContain('application/problem+json');
});

test('an older client needs no Host', async () => {
  expect(await answerTo('GET /health HTTP/1.0\r\n\r\n')).toBe(200);
});

test('a hundred requests in one write: a hundred answers in their order', async () => {
  using connection = await openRaw(replica.url);
  const request = (number: number) => `GET /health HTTP/1.1\r\nHost: x\r\nX-Request-ID: number-${number}\r\n\r\n`;
  connection.write(Array.from({ length: 100 }, (_, number) => request(number)).join(''));
  const answers = await connection.received(/number-99[\s\S]*\{"status":"ok"\}$/);
  const ids = [...answers.matchAll(/X-Request-ID: number-(\d+)/g)].map(([, number]) => Number(number));
  expect(ids).toEqual(Array.from({ length: 100 }, (_, number) => number));
});

test.each([
  ['a head that does not end', 'GET /health HTTP/1.1\r\nHost: x\r\n'],
  [
    'a body that does not end',
    'POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  ],
])('%s: the connection is ended when the time is up', async (_what, bytes) => {
  using connection = await openRaw(replica.url);
  connection.write(bytes);
  const answer = await connection.closed;
  expect(statusOf(answer)).toBe(408);
  expect(answer).toContain('application/problem+json');
  await stillAnswers();
});

test('an upload waits longer for Postgres than a client may take for a request: it is stored all the same', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin; lock table urls in exclusive mode');
  // More than connections hold by themselves: it is still on its way when the first urls shall be stored.
  const rows = Array.from({ length: 9_000 }, (_, n) => `https://example.com/${n}/${'x'.repeat(1_500)}`);
  const body = `original_url\n${rows.join('\n')}\n`;
  const stored = fetch(`${replica.url}/urls/bulk`, { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body });
  try {
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await until(async () => (await client.query(waiting)).rowCount === 1);
    using slow = await openRaw(replica.url);
    slow.write('POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
    expect(statusOf(await slow.closed)).toBe(408);
  } finally {
    await client.end();
  }
  expect(await (await stored).json()).toMatchObject({ imported: 9_000 });
});

test('a connection on which nothing comes is ended too', async () => {
  using connection = await openRaw(replica.url);
  await connection.closed;
});

test('a body above the limit: 413, whether its length is told or not', async () => {
  const large = `{"username":"${'x'.repeat(300_000)}"}`;
  expect((await post('/users', large)).status).toBe(413);
  const chunked = `POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
  expect(await answerTo(chunked + chunk.repeat(5))).toBe(413);
});

test('an upload that is cut short after it was stored in part: a problem without fields', async () => {
  using connection = await openRaw(replica.url);
  const rows = Array.from({ length: 700 }, (_, n) => `https://example.com/${n}`);
  const chunk = `original_url\n${rows.join('\n')}\n`;
  const head = 'POST /urls/bulk HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n';
  connection.write(`${head}${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  const answer = await connection.received(/\r\n\r\n\{.*\}$/s);
  expect(statusOf(answer)).toBe(408);
  expect(answer).toContain('500 records before that were imported');
  expect(answer).not.toContain('"errors"');
});

test('a compressed body is refused, however small', async () => {
  const gzip = { 'Content-Encoding': 'gzip' };
  expect((await post('/users', new Uint8Array([31, 139, 8]), gzip)).status).toBe(415);
  expect((await post('/users/bulk', 'x', { ...gzip, 'Content-Type': 'multipart/form-data; boundary=x' })).status).toBe(
    415,
  );
});

const deep = 40_000;

test.each([
  ['/users', '['.repeat(100_000)],
  ['/users', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['/users', `{"username":${'['.repeat(100_000)}${']'.repeat(100_000)},"email":"a@b.c"}`],
  ['/urls', `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`],
  ['/urls', `{"original_url":"https://example.com","tags":${'['.repeat(deep)}${']'.repeat(deep)}}`],
  ['/events', `{"event_type":"x","details":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}}`],
  ['/events', `{"event_type":"x","details":{"a":${'['.repeat(deep)}${']'.repeat(deep)}}}`],
])('POST %s with JSON nested very deep: a 4xx', async (path, body) => {
  const { status } = await post(path, body);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
});

test('__proto__, constructor and prototype in a body change nothing', async () => {
  const body = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"event_type":"x",
    "details":{"__proto__":{"polluted":1},"toString":"a"}}`;
  const response = await post('/events', body);
  expect(response.status).toBe(201);
  expect(await response.json()).not.toHaveProperty('polluted');
  const users = await fetch(`${replica.url}/users?__proto__[page]=7&constructor=x&toString=y`);
  expect(users.status).toBe(200);
  expect(await (await fetch(`${replica.url}/health`)).text()).toBe('{"status":"ok"}');
});
