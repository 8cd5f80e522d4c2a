import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { openRaw } from '../support/raw.ts';
import { startReplica } from '../support/replica.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { type Message, openStream } from '../support/sse.ts';

const adminKey = 'an-admin-key-of-the-environment';
const stack = new AsyncDisposableStack();
let one: TestService;
let other: TestService;

beforeAll(async () => {
  one = stack.use(await startTestService());
  other = stack.use(await startTestService({ databaseUrl: one.databaseUrl }));
});
afterAll(() => stack.disposeAsync());

const watch = (service: Pick<TestService, 'url'>, query = '', headers: Record<string, string> = {}) =>
  openStream(`${service.url}/stream${query}`, headers);
const ready = ({ name }: Message) => name === 'ready';
const eventOf =
  (type: string, urlId?: number) =>
  ({ name, data }: Message): boolean =>
    name === 'event' && data['event_type'] === type && (urlId === undefined || data['url_id'] === urlId);

type Url = { id: number; short_code: string };
const address = 'https://example.com/a';
const create = async (): Promise<Url> => (await call(one, 'POST', '/urls', { original_url: address })).body as Url;
const click = (code: string) => fetch(`${one.url}/${code}`, { redirect: 'manual' });

test('what happens on one replica is told on another, with its id, as GET /events has it', async () => {
  await using stream = await watch(other);
  expect([stream.status, stream.headers.get('Content-Type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  expect(stream.headers.get('X-Accel-Buffering')).toBe('no');
  await stream.message(ready);
  const { id, short_code } = await create();
  const created = await stream.message(eventOf('created', id));
  expect((await call(one, 'GET', `/events/${created.id}`)).body).toEqual(created.data);
  await click(short_code);
  expect((await stream.message(eventOf('click', id))).data).toMatchObject({ details: { short_code } });
});

test('who watches one url is told of it alone, and of its end', async () => {
  const { id, short_code } = await create();
  await using stream = await watch(one, `?url_id=${id}`);
  await stream.message(ready);
  await click((await create()).short_code);
  await click(short_code);
  await stream.message(eventOf('click', id));
  await call(one, 'DELETE', `/urls/${id}`);
  await stream.message(eventOf('deleted'));
  expect(stream.seen.filter(({ name }) => name === 'event').map(({ data }) => data['event_type'])).toEqual([
    ...['click', 'deleted'],
  ]);
});

test('who comes back to another replica is told what was missed, once', async () => {
  const { id } = await create();
  const first = await watch(one, `?url_id=${id}`);
  await first.message(ready);
  await call(one, 'PUT', `/urls/${id}`, { title: 'one' });
  const seen = await first.message(eventOf('updated', id));
  await first[Symbol.asyncDispose]();
  await call(one, 'PUT', `/urls/${id}`, { title: 'two' });
  await using second = await watch(other, `?url_id=${id}`, { 'Last-Event-ID': String(seen.id) });
  await second.message(ready);
  await call(one, 'PUT', `/urls/${id}`, { title: 'three' });
  const changeTo = (title: string) => (message: Message) => JSON.stringify(message.data).includes(`"${title}"`);
  await second.message(changeTo('three'));
  const told = second.seen.filter(eventOf('updated', id)).map(({ data }) => JSON.stringify(data));
  expect(told).toEqual([expect.stringContaining('"two"'), expect.stringContaining('"three"')]);
});

test('of more than is told again it is told that there is more', async () => {
  const { id } = await create();
  const client = new pg.Client({ connectionString: one.databaseUrl });
  await client.connect();
  stack.defer(() => client.end());
  const add = 'insert into events (url_id, event_type, details) select $1, $2, $3 from generate_series(1, 300)';
  await client.query(add, [id, 'note', '{}']);
  await using stream = await watch(one, `?url_id=${id}`, { 'Last-Event-ID': '1' });
  await stream.message(ready);
  await stream.message(({ name }) => name === 'skipped');
});

test('an event that commits after one with a higher id is told too', async () => {
  await using stream = await watch(one);
  await stream.message(ready);
  const client = new pg.Client({ connectionString: one.databaseUrl });
  await client.connect();
  stack.defer(() => client.end());
  await client.query('begin');
  const add = "insert into events (event_type, details) values ($1, '{}') returning id";
  const { rows } = await client.query<{ id: string }>(add, ['late']);
  const { id } = await create();
  const higher = await stream.message(eventOf('created', id));
  expect(Number(higher.id)).toBeGreaterThan(Number(rows[0]?.id));
  await client.query('commit');
  expect((await stream.message(eventOf('late'))).id).toBe(String(rows[0]?.id));
});

test('how the service is comes at once, and how many replicas there are', async () => {
  await using stream = await watch(one);
  const { data } = await stream.message(({ name, data: { replicas } }) => name === 'health' && replicas === 2);
  expect(data).toMatchObject({
    dependencies: { postgres: 'up', cache: 'none', queue: 'none' },
    version: 'test',
    replica: hostname(),
    waiting: { batches: expect.any(Number), oldest_seconds: expect.any(Number) },
  });
});

test('a replica that is told to stop ends its streams, and does not wait for them', async () => {
  const settings = { DATABASE_URL: one.databaseUrl, AUTH: 'off', LOG_LEVEL: 'info', DRAIN_TIMEOUT_SECONDS: '60' };
  await using replica = await startReplica(settings);
  await using open = await watch(replica);
  await open.message(ready);
  expect(await replica.end('SIGTERM')).toBe(0);
  expect((await replica.line(({ message }) => message === 'stopped'))['cut']).toBe(0);
  await open.ended;
});

test.each(['url_id=abc', 'url_id=0', 'event_type=', `event_type=${'x'.repeat(51)}`])('?%s is a 400', async (query) => {
  expect((await fetch(`${one.url}/stream?${query}`)).status).toBe(400);
});

test('with AUTH=on a stream needs a key', async () => {
  await using closed = await startTestService({ auth: true, databaseUrl: one.databaseUrl });
  expect((await fetch(`${closed.url}/stream`)).status).toBe(401);
});

test.each(['a key', 'a session'])(
  'nothing that happens after the revocation of %s was answered is told to it, on any replica',
  async (kind) => {
    const settings = { auth: true, apiKey: adminKey, databaseUrl: one.databaseUrl };
    await using closed = await startTestService(settings);
    await using second = await startTestService(settings);
    const admin = { 'X-API-Key': adminKey };
    const made = await call(closed, 'POST', '/keys', { name: 'w', scopes: ['read'] }, admin);
    const { id, key } = made.body as { id: number; key: string };
    const signedIn = await call(closed, 'POST', '/dashboard/session', { key });
    const cookie = signedIn.headers.get('Set-Cookie')?.split(';')[0] ?? '';
    const streams = await Promise.all(
      [closed, second].map((service) => watch(service, '', kind === 'a key' ? { 'X-API-Key': key } : { cookie })),
    );
    await Promise.all(streams.map((stream) => stream.message(ready)));
    await call(closed, 'DELETE', `/keys/${id}`, undefined, admin);
    const { id: urlId } = await create();
    for (const seen of await Promise.all(streams.map(({ ended }) => ended))) {
      expect(seen.filter(eventOf('created', urlId))).toEqual([]);
    }
  },
);

test('a replica holds so many streams and refuses the next', async () => {
  await using service = await startTestService({ databaseUrl: one.databaseUrl });
  const streams = await Promise.all(Array.from({ length: 100 }, () => watch(service)));
  const refused = await fetch(`${service.url}/stream`);
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '2']);
  expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('stream_viewers 100');
  await Promise.all(streams.map((stream) => stream[Symbol.asyncDispose]()));
});

test('HEAD has the headers and opens nothing', async () => {
  await using service = await startTestService({ databaseUrl: one.databaseUrl });
  const response = await fetch(`${service.url}/stream`, { method: 'HEAD' });
  expect([response.status, response.headers.get('Content-Length')]).toEqual([200, null]);
  expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('stream_viewers 0');
});

test('a viewer whose connection breaks off is forgotten, and no error of ours', async () => {
  const settings = { DATABASE_URL: one.databaseUrl, AUTH: 'off', LOG_LEVEL: 'info' };
  await using replica = await startReplica(settings);
  using connection = await openRaw(replica.url);
  connection.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
  await connection.received(/event: ready/);
  connection.socket.resetAndDestroy();
  const line = await replica.line(({ route, level }) => route === '/stream' || level === 'error');
  expect(line).toMatchObject({ level: 'info', route: '/stream', status: 200 });
  expect(await (await fetch(`${replica.url}/metrics`)).text()).toContain('stream_viewers 0');
});
