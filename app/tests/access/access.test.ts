import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { startTestService, type TestService } from '../support/service.ts';
import { createTestDatabase, type TestDatabase } from '../support/stores.ts';
import { until } from '../support/until.ts';

const adminKey = 'an-admin-key-of-the-environment';
const stack = new AsyncDisposableStack();
let database: TestDatabase;
let one: TestService;
let other: TestService;

beforeAll(async () => {
  database = stack.use(await createTestDatabase());
  const overrides = { databaseUrl: database.url, auth: true, apiKey: adminKey };
  one = stack.use(await startTestService(overrides));
  other = stack.use(await startTestService(overrides));
});
afterAll(() => stack.disposeAsync());

type Made = { id: number; key: string };

const as = (key: string): Record<string, string> => ({ Authorization: `Bearer ${key}` });

const post = (service: TestService, path: string, body: unknown, headers: Record<string, string>) =>
  fetch(service.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function makeKey(scopes: string[], more: Record<string, unknown> = {}): Promise<Made> {
  const response = await post(one, '/keys', { name: 'a key', scopes, ...more }, as(adminKey));
  expect(response.status).toBe(201);
  return (await response.json()) as Made;
}

const readUser = (service: TestService, headers: Record<string, string>) =>
  fetch(`${service.url}/users/1`, { headers });

test('without a key: 401 with a challenge, and no body of the resource', async () => {
  const response = await readUser(one, {});
  expect(response.status).toBe(401);
  expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="shortstack"');
  expect(await response.json()).toMatchObject({ status: 401, error: 'An API key is needed' });
});

test('metrics need no key: Prometheus asks each replica, and the edge refuses everybody else', async () => {
  expect((await fetch(`${one.url}/metrics`)).status).toBe(200);
});

test.each(['nonsense', `ssk_${'A'.repeat(43)}`, 'an-admin-key-of-the-environmenT'])(
  'with the wrong key %j: 401',
  async (key) => {
    const response = await readUser(one, as(key));
    expect(response.status).toBe(401);
    expect(response.headers.get('WWW-Authenticate')).toContain('error="invalid_token"');
  },
);

test('many wrong keys at once while Postgres is slow to tell: two connections wait, the others serve', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('begin; lock table api_keys in access exclusive mode');
  const tried = Promise.all(
    Array.from({ length: 60 }, (_, n) => readUser(one, as(`ssk_${String(n).padStart(43, 'B')}`))),
  );
  try {
    const lookUps = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
      and application_name = 'shortstack'`;
    await until(async () => (await client.query(lookUps)).rowCount !== 0);
    expect((await readUser(one, as(adminKey))).status).toBe(404);
    expect((await client.query(lookUps)).rowCount).toBeLessThanOrEqual(2);
  } finally {
    await client.end();
  }
  expect(new Set((await tried).map(({ status }) => status))).toEqual(new Set([401]));
});

test('the key of the environment may do everything, by either header', async () => {
  expect((await fetch(`${one.url}/keys`, { headers: as(adminKey) })).status).toBe(200);
  expect((await fetch(`${one.url}/keys`, { headers: { 'X-API-Key': adminKey } })).status).toBe(200);
});

test('a key with scope read reads, and is refused to write or to manage keys', async () => {
  const { key } = await makeKey(['read']);
  expect((await readUser(one, as(key))).status).toBe(404);
  const refused = await post(one, '/users', { username: 'a', email: 'a@b.c' }, as(key));
  expect(refused.status).toBe(403);
  expect(refused.headers.get('WWW-Authenticate')).toContain('scope="write"');
  expect((await fetch(`${one.url}/keys`, { headers: as(key) })).status).toBe(403);
});

test('a key is shown once: lists have its prefix, never it or its hash', async () => {
  const { key, id } = await makeKey(['write']);
  const text = await (await fetch(`${one.url}/v1/keys`, { headers: as(adminKey) })).text();
  const listed = (JSON.parse(text) as Record<string, unknown>[]).find((row) => row['id'] === id);
  expect(listed).toMatchObject({ name: 'a key', prefix: key.slice(0, 10), scopes: ['write'], revoked_at: null });
  expect(text).not.toContain(key);
  expect(text).not.toContain('hash');
});

test('a revoked key is refused by every replica as soon as the 204 is there', async () => {
  const { key, id } = await makeKey(['read']);
  for (const service of [one, other]) expect((await readUser(service, as(key))).status).toBe(404);
  const revoked = await fetch(`${one.url}/keys/${id}`, { method: 'DELETE', headers: as(adminKey) });
  expect(revoked.status).toBe(204);
  for (const service of [other, one]) expect((await readUser(service, as(key))).status).toBe(401);
});

test('revoking what does not exist: 404; twice: 204 again', async () => {
  const { id } = await makeKey(['read']);
  const revoke = (path: string) => fetch(one.url + path, { method: 'DELETE', headers: as(adminKey) });
  expect((await revoke(`/keys/${id}`)).status).toBe(204);
  expect((await revoke(`/keys/${id}`)).status).toBe(204);
  expect((await revoke('/keys/999999')).status).toBe(404);
  expect((await revoke('/keys/abc')).status).toBe(400);
});

test.each([
  [{ name: '', scopes: ['read'] }, 'name'],
  [{ name: 'x', scopes: [] }, 'scopes'],
  [{ name: 'x', scopes: ['root'] }, 'scopes.0'],
  [{ name: 'x', scopes: ['read'], rate_limit: -1 }, 'rate_limit'],
  [{ name: 'x\u0000', scopes: ['read'] }, 'name'],
])('a key asked for as %j: 422 that names %s', async (body, field) => {
  const response = await post(one, '/keys', body, as(adminKey));
  expect(response.status).toBe(422);
  expect((await response.json()) as unknown).toMatchObject({ errors: { [field]: expect.any(String) } });
});

test('with AUTH=off the resources are open and the keys stay closed', async () => {
  await using open = await startTestService({ databaseUrl: database.url, auth: false, apiKey: adminKey });
  expect((await readUser(open, {})).status).toBe(404);
  expect((await readUser(open, as('nonsense'))).status).toBe(404);
  expect((await fetch(`${open.url}/keys`)).status).toBe(401);
  expect((await fetch(`${open.url}/keys`, { headers: as(adminKey) })).status).toBe(200);
});
