import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => service[Symbol.asyncDispose]());

type User = { id: number; username: string };
let turn = 0;
const someone = () => {
  turn += 1;
  return { username: `someone${turn}`, email: `someone${turn}@example.org` };
};
const add = async (): Promise<User> => (await call(service, 'POST', '/users', someone())).body as User;

test('a new user is answered with its place, and found there', async () => {
  const answer = await call(service, 'POST', '/v1/users', { username: 'ada', email: 'ada@example.org' });
  expect(answer).toMatchObject({ status: 201, body: { username: 'ada', email: 'ada@example.org' } });
  const { id } = answer.body as User;
  expect(answer.headers.get('location')).toBe(`/v1/users/${id}`);
  expect(await call(service, 'GET', `/users/${id}`)).toMatchObject({ status: 200, body: answer.body });
});

test('a name or an address that is taken, in whatever case, is a conflict on POST and on PUT', async () => {
  const taken = someone();
  await call(service, 'POST', '/users', taken);
  const email = taken.email.toUpperCase();
  expect(await call(service, 'POST', '/users', { ...someone(), username: taken.username })).toMatchObject({
    status: 409,
    body: { detail: 'username is already taken' },
  });
  const { id } = await add();
  expect(await call(service, 'PUT', `/users/${id}`, { email })).toMatchObject({ status: 409 });
});

test('of two users that want one name at the same time, one gets it', async () => {
  const username = 'wanted';
  const tries = Array.from({ length: 8 }, () => call(service, 'POST', '/users', { ...someone(), username }));
  const statuses = (await Promise.all(tries)).map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array(7).fill(409)]);
});

test('a change of some fields leaves the others, and one of nothing changes nothing', async () => {
  const before = await add();
  const changed = await call(service, 'PUT', `/users/${before.id}`, { username: 'renamed' });
  expect(changed).toMatchObject({ status: 200, body: { ...before, username: 'renamed' } });
  expect((await call(service, 'PUT', `/users/${before.id}`, {})).body).toEqual(changed.body);
});

test('who is not there is not found, whatever is asked', async () => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const body = method === 'PUT' ? {} : undefined;
    expect(await call(service, method, '/users/99999999', body)).toMatchObject({
      status: 404,
      body: { error: 'User not found' },
    });
  }
});

test('a removed user is gone', async () => {
  const { id } = await add();
  expect(await call(service, 'DELETE', `/users/${id}`)).toMatchObject({ status: 204, body: '' });
  expect(await call(service, 'GET', `/users/${id}`)).toMatchObject({ status: 404 });
  expect(await call(service, 'DELETE', `/users/${id}`)).toMatchObject({ status: 404 });
});

test('the urls of a removed user stop redirecting at once, and their history stays', async () => {
  const { id } = await add();
  const created = await call(service, 'POST', '/urls', { original_url: 'https://example.org', user_id: id });
  const { id: urlId, short_code } = created.body as { id: number; short_code: string };
  const status = async () => (await fetch(`${service.url}/${short_code}`, { redirect: 'manual' })).status;
  expect(await status()).toBe(302);
  await call(service, 'DELETE', `/users/${id}`);
  expect(await status()).toBe(404);
  expect((await call(service, 'GET', `/urls/${urlId}`)).status).toBe(404);
  const { body } = await call(service, 'GET', '/events?event_type=deleted');
  expect(body).toMatchObject([{ url_id: null, user_id: null, details: { short_code } }]);
});

test.each([
  [{}],
  [{ username: 'x' }],
  [{ username: '', email: 'a@b' }],
  [{ username: ' ', email: 'a@b' }],
  [{ username: 'a\u0000b', email: 'a@b' }],
  [{ username: '\ud800', email: 'a@b' }],
  [{ username: 'x'.repeat(151), email: 'a@b' }],
  [{ username: 5, email: 'a@b' }],
  [{ username: 'x', email: 'nobody' }],
  [{ username: 'x', email: `${'x'.repeat(253)}@b` }],
  [{ username: 'x', email: ['a@b'] }],
])('a user like %j is refused field by field', async (body) => {
  const answer = await call(service, 'POST', '/users', body);
  expect(answer).toMatchObject({ status: 422, body: { errors: expect.any(Object) } });
});

test.each(['0', '-1', 'abc', '1.5', '9007199254740993', '99999999999999999999', '%00', '%31%0a'])(
  'the id %s is malformed',
  async (id) => {
    expect((await call(service, 'GET', `/users/${id}`)).status).toBe(400);
  },
);
