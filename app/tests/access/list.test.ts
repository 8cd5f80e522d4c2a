import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createKey } from '../../src/access/service.ts';
import { lookAt } from '../clicks/history.ts';
import { startTestService, type TestService } from '../support/service.ts';

const adminKey = 'an-admin-key-of-the-environment';
const many = 105;
let service: TestService;
beforeAll(async () => {
  service = await startTestService({ auth: true, apiKey: adminKey });
  await using database = await lookAt(service.databaseUrl);
  for (let n = 1; n <= many; n += 1) await createKey(database.db, { name: `key ${n}`, scopes: ['read'] });
});
afterAll(async () => service[Symbol.asyncDispose]());

async function list(path: string) {
  const response = await fetch(service.url + path, { headers: { Authorization: `Bearer ${adminKey}` } });
  const body = (await response.json()) as { id: number }[];
  const linked = (relation: string) =>
    new RegExp(`<([^>]*)>; rel="${relation}"`).exec(response.headers.get('Link') ?? '')?.[1];
  return { status: response.status, total: response.headers.get('X-Total-Count'), body, linked };
}

test('a list of keys says how many there are and where its neighbours are, under the prefix that was asked for', async () => {
  const first = await list('/keys');
  expect([first.body.length, first.total, first.linked('next')]).toEqual([100, String(many), '/keys?page=2']);
  const second = await list('/v1/keys?page=2&per_page=50');
  expect([second.body.length, second.linked('prev'), second.linked('next'), second.linked('last')]).toEqual([
    50,
    '/v1/keys?page=1&per_page=50',
    '/v1/keys?page=3&per_page=50',
    '/v1/keys?page=3&per_page=50',
  ]);
  expect(await list('/keys?page=9')).toMatchObject({ status: 200, body: [], total: String(many) });
});

test('following the cursors visits every key once', async () => {
  const seen: number[] = [];
  for (let path: string | undefined = '/keys?cursor=&per_page=40'; path; ) {
    const { body, linked } = await list(path);
    seen.push(...body.map(({ id }) => id));
    path = linked('next');
  }
  expect(seen).toEqual(Array.from({ length: many }, (_, n) => n + 1));
});

test('a page and a cursor at once, or a cursor that is none: 400', async () => {
  expect((await list('/keys?cursor=&page=1')).status).toBe(400);
  expect((await list('/keys?cursor=nonsense')).status).toBe(400);
});
