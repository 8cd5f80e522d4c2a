import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let client: pg.Client;
beforeAll(async () => {
  service = await startTestService();
  client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await service[Symbol.asyncDispose]();
});

type Event = { id: number; url_id: number | null; event_type: string; details: object };

const address = 'https://example.com/a';
const createUrl = async (): Promise<{ id: number; short_code: string }> =>
  (await call(service, 'POST', '/urls', { original_url: address })).body as { id: number; short_code: string };
const add = (body: unknown, path = '/events') => call(service, 'POST', path, body);
const added = async (body: object = {}): Promise<Event> => {
  const answer = await add({ event_type: 'note', ...body });
  expect(answer.status).toBe(201);
  return answer.body as Event;
};
const list = async (query: string): Promise<Event[]> => {
  const { status, body } = await call(service, 'GET', `/events?${query}`);
  expect(status).toBe(200);
  return body as Event[];
};
const idsOf = (events: readonly Event[]) => events.map(({ id }) => id);

async function follow(start: string): Promise<number[][]> {
  const pages: number[][] = [];
  for (let path: string | undefined = start; path; ) {
    const { headers, body } = await call(service, 'GET', path);
    pages.push(idsOf(body as Event[]));
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  return pages;
}

test('an event is answered with its place and reads the same', async () => {
  const { id: url_id } = await createUrl();
  const details = { a: [1, { b: null }], ß: '日本', __proto__x: true };
  const { status, headers, body } = await add({ event_type: 'note', url_id, details }, '/v1/events');
  const { id } = body as Event;
  const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect([status, body]).toEqual([201, { id, url_id, user_id: null, event_type: 'note', timestamp, details }]);
  expect(headers.get('location')).toBe(`/v1/events/${id}`);
  expect(await call(service, 'GET', `/events/${id}`)).toMatchObject({ status: 200, body });
});

test('without details they are empty', async () => {
  expect(await added()).toMatchObject({ details: {}, url_id: null, user_id: null });
});

test('a change keeps what is not given and the time', async () => {
  const { id: url_id } = await createUrl();
  const event = await added({ url_id, details: { a: 1 } });
  const put = (body: object) => call(service, 'PUT', `/events/${event.id}`, body);
  expect(await put({ event_type: 'other' })).toMatchObject({ status: 200, body: { ...event, event_type: 'other' } });
  expect((await put({ details: { b: 2 } })).body).toMatchObject({ url_id, details: { b: 2 } });
  expect((await put({ url_id: null })).body).toMatchObject({ url_id: null, event_type: 'other' });
  expect(await put({})).toMatchObject({ status: 200, body: { details: { b: 2 } } });
});

test('a deleted event is gone', async () => {
  const { id } = await added();
  expect(await call(service, 'DELETE', `/events/${id}`)).toMatchObject({ status: 204, body: '' });
  for (const [method, body] of [['GET'], ['DELETE'], ['PUT', {}], ['PUT', { event_type: 'a' }]] as const) {
    const answer = await call(service, method, `/events/${id}`, body);
    expect(answer).toMatchObject({ status: 404, body: { error: 'Event not found' } });
  }
});

test('a click shows the code and the address of its link, also once that is deleted', async () => {
  const { id: url_id, short_code } = await createUrl();
  const stored = { referrer: 'example.org' };
  const { id } = await added({ event_type: 'click', url_id, details: stored });
  const shown = { ...stored, short_code, original_url: address };
  expect((await call(service, 'GET', `/events/${id}`)).body).toMatchObject({ url_id, details: shown });
  await call(service, 'DELETE', `/urls/${url_id}`);
  expect((await call(service, 'GET', `/events/${id}`)).body).toMatchObject({ url_id: null, details: shown });
});

test('of a deleted user events show no id', async () => {
  const user = await call(service, 'POST', '/users', { username: 'ada', email: 'ada@example.org' });
  const { id: user_id } = user.body as { id: number };
  const { id } = await added({ user_id });
  await call(service, 'DELETE', `/users/${user_id}`);
  expect((await call(service, 'GET', `/events/${id}`)).body).toMatchObject({ user_id: null });
  expect(idsOf(await list(`user_id=${user_id}`))).toContain(id);
});

test('filters, both orders and cursors lead through the wanted events once', async () => {
  const { id: url_id } = await createUrl();
  const notes = [];
  for (let n = 0; n < 5; n += 1) notes.push((await added({ url_id, event_type: n === 3 ? 'odd' : 'note' })).id);
  const [created] = idsOf(await list(`url_id=${url_id}`)) as [number];
  const all = [created, ...notes];
  expect(await follow(`/events?url_id=${url_id}&per_page=4`)).toEqual([all.slice(0, 4), all.slice(4)]);
  expect(await follow(`/v1/events?url_id=${url_id}&per_page=3&order=desc`)).toEqual([
    all.toReversed().slice(0, 3),
    all.toReversed().slice(3),
  ]);
  expect(idsOf(await list(`url_id=${url_id}&event_type=odd`))).toEqual([notes[3]]);
  expect(await list(`url_id=${url_id}&event_type=never`)).toEqual([]);
});

test('a range of time has its first moment and not its last', async () => {
  const { id: url_id } = await createUrl();
  await client.query(
    `insert into events (url_id, event_type, details, occurred_at)
     select $1, 'timed', '{}', '2024-03-01T00:00:00Z'::timestamptz + n * interval '1 day' from generate_series(0, 4) n`,
    [url_id],
  );
  const days = async (query: string) =>
    (await list(`url_id=${url_id}&event_type=timed&${query}`)).map((event) =>
      (event as Event & { timestamp: string }).timestamp.slice(8, 10),
    );
  expect(await days('from=2024-03-02&to=2024-03-04')).toEqual(['02', '03']);
  expect(await days('from=2024-03-04T01:00:00%2B01:00')).toEqual(['04', '05']);
  expect(await days('to=2024-03-01T00:00:00.001Z&order=desc')).toEqual(['01']);
  expect(await days('from=2024-03-04&to=2024-03-02')).toEqual([]);
});

test('each filter has an index that serves it, and time leaves out the months that it is not', async () => {
  await client.query('set enable_seqscan = off');
  const plan = async (where: string) =>
    JSON.stringify((await client.query(`explain (format json) select id from events where ${where}`)).rows);
  expect(await plan("event_type = 'created' order by id limit 5")).toContain('event_type_id_idx');
  expect(await plan('url_id = 1 order by id limit 5')).toContain('url_id_id_idx');
  expect(await plan('user_id = 1 order by id limit 5')).toContain('user_id_id_idx');
  expect(await plan('id = 5')).toContain('pkey');
  const { rows } = await client.query(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass",
  );
  const months = rows.map(({ name }) => name as string).filter((name) => name !== 'events_default');
  expect(months.length).toBeGreaterThan(1);
  const now = await plan("occurred_at >= now() and occurred_at < now() + interval '1 second'");
  expect(months.filter((name) => now.includes(`"${name}"`)).length).toBeLessThan(2);
});

test.each([
  ['event_type', undefined, 422],
  ['event_type', '', 422],
  ['event_type', 'x'.repeat(51), 422],
  ['event_type', 'a\u0000', 422],
  ['event_type', 5, 422],
  ['url_id', true, 422],
  ['url_id', '1', 422],
  ['url_id', 987_654, 422],
  ['url_id', 1e18, 422],
  ['user_id', 987_654, 422],
  ['user_id', 9_007_199_254_740_991, 422],
  ['details', [], 400],
  ['details', 'text', 400],
  ['details', null, 400],
  ['details', { a: '\u0000' }, 422],
  ['details', { a: '\ud800' }, 422],
])('an event with %s = %j is refused, on POST and on PUT', async (field, value, status) => {
  const { id } = await added();
  const posted = await add({ event_type: 'note', [field]: value });
  expect(posted.status).toBe(status);
  if (status === 422) expect(Object.keys((posted.body as { errors: object }).errors)).toEqual([field]);
  const put = await call(service, 'PUT', `/events/${id}`, { [field]: value });
  expect(put.status).toBe(value === undefined ? 200 : status);
});

test.each([
  'url_id=a',
  'url_id=0',
  'user_id=-1',
  'event_type=',
  'event_type=%00',
  'from=yesterday',
  'from=2024-13-01',
  'to=0000-01-01',
  'to=9999-12-31T23:59:59-14:00',
  'from=2024-01-01&from=2024-01-02',
  'order=up',
  'cursor=!',
  'cursor=WyJhIl0',
  'per_page=0',
  'per_page=-1',
])('GET /events?%s is a 400', async (query) => {
  expect((await call(service, 'GET', `/events?${query}`)).status).toBe(400);
});

test.each(['[]', 'null', '"a"', '7'])('the body %s is a 400', async (body) => {
  const headers = { 'Content-Type': 'application/json' };
  expect((await fetch(`${service.url}/events`, { method: 'POST', headers, body })).status).toBe(400);
});
