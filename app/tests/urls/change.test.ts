import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => service[Symbol.asyncDispose]());

type Url = { id: number; short_code: string; updated_at: string };
type Event = { event_type: string; url_id: number | null; user_id: number | null; details: Record<string, unknown> };

const address = 'https://example.com/a';
const create = async (body: object = {}): Promise<Url> =>
  (await call(service, 'POST', '/urls', { original_url: address, ...body })).body as Url;
const change = (id: number, body: object) => call(service, 'PUT', `/urls/${id}`, body);
const history = async (query: string): Promise<Event[]> =>
  (await call(service, 'GET', `/events?${query}`)).body as Event[];
const follow = (code: string) => fetch(`${service.url}/${code}`, { redirect: 'manual' });

test('any subset may change; the code and the rest stay', async () => {
  const url = await create({ title: 'before', tags: ['a'] });
  const wanted = {
    original_url: 'https://example.org/b',
    title: 'after',
    is_active: false,
    expires_at: '2031-01-01T00:00:00.000Z',
    max_clicks: 9,
    redirect_type: 301,
    forward_query: true,
    tags: ['b', 'c'],
  };
  for (const [field, value] of Object.entries(wanted)) {
    const answer = await change(url.id, { [field]: value });
    expect(answer).toMatchObject({ status: 200, body: { [field]: value, short_code: url.short_code } });
  }
  const { body } = await call(service, 'GET', `/urls/${url.id}`);
  expect(body).toMatchObject({ ...url, ...wanted, updated_at: expect.any(String) });
  expect(Date.parse((body as Url).updated_at)).toBeGreaterThan(Date.parse(url.updated_at));
});

test('null takes away what may be absent', async () => {
  const url = await create({ title: 'a', expires_at: '2031-01-01', max_clicks: 3 });
  const nothing = { title: null, expires_at: null, max_clicks: null };
  expect(await change(url.id, nothing)).toMatchObject({ status: 200, body: nothing });
});

test('the code, the owner and the count are not for a client to change', async () => {
  const url = await create();
  const answer = await change(url.id, { id: 5, short_code: 'mine', user_id: 1, click_count: 9 });
  expect(answer).toMatchObject({ status: 200, body: url });
});

test('a change is an event that tells what changed, from what to what', async () => {
  const { id, short_code } = await create({ title: 'before' });
  await change(id, { title: 'after', original_url: 'https://example.org/b', is_active: true });
  const [event] = await history(`url_id=${id}&event_type=updated`);
  expect(event?.details).toEqual({
    short_code,
    original_url: 'https://example.org/b',
    changed: { title: { from: 'before', to: 'after' }, original_url: { from: address, to: 'https://example.org/b' } },
  });
});

test('what changes nothing leaves no event and no new time', async () => {
  const url = await create({ title: 'same', tags: ['a'], expires_at: '2031-01-01' });
  const same = { title: 'same', tags: ['a'], expires_at: '2031-01-01T01:00:00+01:00', is_active: true };
  for (const body of [{}, same]) expect(await change(url.id, body)).toMatchObject({ status: 200, body: url });
  expect(await history(`url_id=${url.id}&event_type=updated`)).toEqual([]);
});

test('a redirect follows each change at once', async () => {
  const { id, short_code } = await create();
  expect((await follow(short_code)).headers.get('location')).toBe(address);
  await change(id, { original_url: 'https://example.org/b' });
  expect((await follow(short_code)).headers.get('location')).toBe('https://example.org/b');
  await change(id, { is_active: false });
  expect((await follow(short_code)).status).toBe(410);
  await call(service, 'DELETE', `/urls/${id}`);
  expect((await follow(short_code)).status).toBe(404);
});

test('an alias that was asked for before it was there redirects once it is', async () => {
  expect((await follow('not-yet')).status).toBe(404);
  await create({ custom_alias: 'not-yet' });
  expect((await follow('not-yet')).status).toBe(302);
});

test('a deleted url is gone; its history stays, with its code and address and without its id', async () => {
  const { id, short_code } = await create();
  expect(await call(service, 'DELETE', `/urls/${id}`)).toMatchObject({ status: 204, body: '' });
  expect((await call(service, 'GET', `/urls/${id}`)).status).toBe(404);
  expect((await call(service, 'DELETE', `/urls/${id}`)).status).toBe(404);
  const events = await history(`url_id=${id}`);
  expect(events.map(({ event_type }) => event_type)).toEqual(['created', 'deleted']);
  for (const event of events) {
    expect(event).toMatchObject({ url_id: null, details: { short_code, original_url: address } });
  }
});

test('a code that was deleted may be an alias again', async () => {
  const { id } = await create({ custom_alias: 'again' });
  await call(service, 'DELETE', `/urls/${id}`);
  expect(await create({ custom_alias: 'again' })).toMatchObject({ short_code: 'again' });
});

test('changes of one url at the same time all happen, one after the other', async () => {
  const { id } = await create({ title: '0' });
  const titles = Array.from({ length: 10 }, (_, n) => String(n + 1));
  await Promise.all(titles.map((title) => change(id, { title })));
  const events = await history(`url_id=${id}&event_type=updated`);
  const steps = events.map(({ details }) => (details['changed'] as { title: { from: string; to: string } }).title);
  expect(steps).toHaveLength(10);
  for (const [n, { from }] of steps.entries()) expect(from).toBe(n === 0 ? '0' : steps[n - 1]?.to);
});

test("a user's deletion takes their urls, each with an event, and no others", async () => {
  const user = (await call(service, 'POST', '/users', { username: 'bob', email: 'bob@example.org' })).body as Url;
  const theirs = await Promise.all(Array.from({ length: 5 }, () => create({ user_id: user.id })));
  const other = await create();
  expect((await call(service, 'DELETE', `/users/${user.id}`)).status).toBe(204);
  for (const { id, short_code } of theirs) {
    expect((await call(service, 'GET', `/urls/${id}`)).status).toBe(404);
    expect((await follow(short_code)).status).toBe(404);
    const [event] = await history(`url_id=${id}&event_type=deleted`);
    expect(event).toMatchObject({ url_id: null, user_id: null, details: { short_code } });
  }
  expect((await call(service, 'GET', `/urls/${other.id}`)).status).toBe(200);
});
