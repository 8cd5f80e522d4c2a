import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { startTestService, type TestService } from '../support/service.ts';

const adminKey = 'an-admin-key-of-the-environment';
const stack = new AsyncDisposableStack();
let one: TestService;
let other: TestService;
let open: TestService;

beforeAll(async () => {
  one = stack.use(await startTestService({ auth: true, apiKey: adminKey }));
  const { databaseUrl } = one;
  other = stack.use(await startTestService({ auth: true, apiKey: adminKey, databaseUrl }));
  open = stack.use(await startTestService({ auth: false, apiKey: 'another-key-of-the-environment', databaseUrl }));
});
afterAll(() => stack.disposeAsync());

const path = '/dashboard/session';
const own = { 'Sec-Fetch-Site': 'same-origin' };
const json = { 'Content-Type': 'application/json' };

const begin = (key: string, headers: Record<string, string> = own) =>
  fetch(one.url + path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ key }) });

async function signIn(key: string): Promise<string> {
  const response = await begin(key);
  expect(response.status).toBe(201);
  return response.headers.get('Set-Cookie')?.split(';')[0] ?? '';
}

const look = async (service: TestService, cookie: string) =>
  (await fetch(service.url + path, { headers: { Cookie: cookie } })).json() as Promise<unknown>;

const addUser = (service: TestService, headers: Record<string, string>) =>
  fetch(`${service.url}/users`, { method: 'POST', headers: { ...json, ...headers }, body: '{}' });

async function makeKey(scopes: string[]): Promise<{ id: number; key: string }> {
  const headers = { ...json, 'X-API-Key': adminKey };
  const body = JSON.stringify({ name: 'a key', scopes });
  return (await fetch(`${one.url}/keys`, { method: 'POST', headers, body })).json() as Promise<{
    id: number;
    key: string;
  }>;
}

test('a key is exchanged for a cookie that every replica knows, with what the key may do', async () => {
  const cookie = await signIn(adminKey);
  for (const service of [one, other]) {
    expect(await look(service, cookie)).toEqual({ auth: 'on', signed_in: true, scopes: ['admin'] });
    expect((await fetch(`${service.url}/keys`, { headers: { Cookie: cookie } })).status).toBe(200);
  }
});

test('without a cookie: signed out, and what is open without a key', async () => {
  expect(await look(one, '')).toEqual({ auth: 'on', signed_in: false, scopes: [] });
  expect(await look(open, '')).toEqual({ auth: 'off', signed_in: false, scopes: ['read', 'write'] });
});

test('what is no key gets no cookie', async () => {
  const response = await begin('nonsense');
  expect(response.status).toBe(401);
  expect(response.headers.get('Set-Cookie')).toBeNull();
});

test('the scopes of the key are those of the session', async () => {
  const cookie = await signIn((await makeKey(['read'])).key);
  expect((await fetch(`${one.url}/users`, { headers: { Cookie: cookie } })).status).toBe(200);
  expect((await addUser(one, { Cookie: cookie, ...own })).status).toBe(403);
});

test("another site's page signs nobody in, and changes nothing with the cookie", async () => {
  const foreign = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
  expect((await begin(adminKey, foreign)).status).toBe(403);
  const cookie = await signIn(adminKey);
  expect((await addUser(one, { Cookie: cookie, ...foreign })).status).toBe(403);
  expect((await addUser(one, { Cookie: cookie })).status).toBe(403);
  expect((await addUser(one, { Cookie: cookie, ...own })).status).toBe(422);
  expect((await fetch(one.url + path, { method: 'DELETE', headers: { Cookie: cookie, ...foreign } })).status).toBe(403);
});

test("where no key is needed another site's page changes nothing either, unless its origin is allowed", async () => {
  const foreign = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://friend.example' };
  expect((await addUser(open, foreign)).status).toBe(403);
  expect((await addUser(open, {})).status).toBe(422);
  const corsOrigins = ['https://friend.example'];
  await using friendly = await startTestService({ auth: false, corsOrigins, databaseUrl: one.databaseUrl });
  expect((await addUser(friendly, foreign)).status).toBe(422);
});

test('a token is no key: as one it is refused', async () => {
  const token = (await signIn(adminKey)).split('=')[1] ?? '';
  expect((await fetch(`${one.url}/users`, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401);
});

test('signed out on one replica, no replica accepts the cookie any more', async () => {
  const cookie = await signIn(adminKey);
  expect(await look(other, cookie)).toMatchObject({ signed_in: true });
  const ended = await fetch(one.url + path, { method: 'DELETE', headers: { Cookie: cookie, ...own } });
  expect([ended.status, ended.headers.get('Set-Cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
  for (const service of [other, one]) expect(await look(service, cookie)).toMatchObject({ signed_in: false });
});

test('the session ends with its key, when the revocation is answered', async () => {
  const { id, key } = await makeKey(['read']);
  const cookie = await signIn(key);
  expect(await look(other, cookie)).toMatchObject({ signed_in: true, scopes: ['read'] });
  await fetch(`${one.url}/keys/${id}`, { method: 'DELETE', headers: { 'X-API-Key': adminKey } });
  for (const service of [other, one]) expect(await look(service, cookie)).toMatchObject({ signed_in: false });
});

test("a session of the environment's key ends where that key is another", async () => {
  expect(await look(open, await signIn(adminKey))).toMatchObject({ signed_in: false });
});

test('a session ends by itself, and the next one to begin sweeps it away', async () => {
  const cookie = await signIn(adminKey);
  const client = new pg.Client({ connectionString: one.databaseUrl });
  await client.connect();
  stack.defer(() => client.end());
  await client.query("update sessions set expires_at = now() - interval '1 second'");
  await using fresh = await startTestService({ auth: true, apiKey: adminKey, databaseUrl: one.databaseUrl });
  expect(await look(fresh, cookie)).toMatchObject({ signed_in: false });
  await signIn(adminKey);
  expect((await client.query('select from sessions')).rowCount).toBe(1);
});

test('what the database holds of a session is no token', async () => {
  const token = (await signIn(adminKey)).split('=')[1] ?? '';
  const client = new pg.Client({ connectionString: one.databaseUrl });
  await client.connect();
  stack.defer(() => client.end());
  const { rows } = await client.query<{ row: string }>('select sessions::text as row from sessions');
  expect(rows.some(({ row }) => row.includes(token))).toBe(false);
});
