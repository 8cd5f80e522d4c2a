import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call, upload } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';

const many = 205;
let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  const lines = Array.from({ length: many }, (_, index) => `user${index + 1},user${index + 1}@example.org`);
  await upload(service, '/users/bulk', ['username,email', ...lines].join('\n'));
});
afterAll(async () => service[Symbol.asyncDispose]());

const ids = (body: unknown): number[] => (body as { id: number }[]).map(({ id }) => id);
const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first + index);
const linked = (headers: Headers, relation: string): string | undefined =>
  new RegExp(`<([^>]*)>; rel="${relation}"`).exec(headers.get('link') ?? '')?.[1];

test('a list without parameters is its first twenty users, by id', async () => {
  const answer = await call(service, 'GET', '/users');
  expect(answer.status).toBe(200);
  expect(ids(answer.body)).toEqual(from(1, 20));
  expect(answer.headers.get('x-total-count')).toBe(String(many));
});

test('a page says where its neighbours are, under the prefix that was asked for', async () => {
  const { body, headers } = await call(service, 'GET', '/v1/users?page=2&per_page=50');
  expect(ids(body)).toEqual(from(51, 50));
  expect(linked(headers, 'first')).toBe('/v1/users?page=1&per_page=50');
  expect(linked(headers, 'prev')).toBe('/v1/users?page=1&per_page=50');
  expect(linked(headers, 'next')).toBe('/v1/users?page=3&per_page=50');
  expect(linked(headers, 'last')).toBe('/v1/users?page=5&per_page=50');
});

test('the last page has no next one, and a page beyond it is empty', async () => {
  const last = await call(service, 'GET', '/users?page=5&per_page=50');
  expect(ids(last.body)).toEqual(from(201, 5));
  expect(linked(last.headers, 'next')).toBeUndefined();
  const beyond = await call(service, 'GET', '/users?page=999999999&per_page=50');
  expect(beyond).toMatchObject({ status: 200, body: [] });
});

test('following the cursors visits everybody once', async () => {
  const seen: number[] = [];
  let path: string | undefined = '/users?cursor=&per_page=60';
  while (path) {
    const { body, headers } = await call(service, 'GET', path);
    seen.push(...ids(body));
    path = linked(headers, 'next');
  }
  expect(seen).toEqual(from(1, many));
});

test('more than a hundred a page are a hundred', async () => {
  expect(ids((await call(service, 'GET', '/users?per_page=5000')).body)).toHaveLength(100);
});

test.each([
  'page=0',
  'page=-1',
  'page=x',
  'page=1.5',
  'per_page=0',
  'per_page=-1',
  'per_page=abc',
  'per_page=',
  'page=1&page=2',
])('the query %s is malformed', async (query) => {
  expect((await call(service, 'GET', `/users?${query}`)).status).toBe(400);
});

test.each(['page=1&cursor=WzFd', 'cursor=x', 'cursor=WyJhIl0', 'cursor=bnVsbA', 'cursor=%00'])(
  'the cursor of %s is none of ours',
  async (query) => {
    expect((await call(service, 'GET', `/users?${query}`)).status).toBe(400);
  },
);

test('a user who goes is counted no more', async () => {
  await call(service, 'DELETE', '/users/205');
  const { headers } = await call(service, 'GET', '/users?per_page=1');
  expect(headers.get('x-total-count')).toBe(String(many - 1));
});
