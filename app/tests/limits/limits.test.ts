import { expect, test } from '@jest/globals';
import { startTestService, type TestService } from '../support/service.ts';
import { startRedis, testRedisUrl } from '../support/stores.ts';

const adminKey = 'an-admin-key-of-the-environment';
const limits = { rateLimit: true, rateLimitRead: 3, rateLimitCreate: 100, auth: true, apiKey: adminKey };

const read = (service: TestService, key = adminKey, path = '/users/1') =>
  fetch(service.url + path, { headers: { Authorization: `Bearer ${key}` } });
const madeUp = (n: number): string => `ssk_${String(n).padStart(43, 'A')}`;

const statuses = async (answers: Iterable<Promise<Response>>) =>
  (await Promise.all(answers)).map(({ status }) => status);

async function makeKey(service: TestService, rateLimit: number): Promise<string> {
  const response = await fetch(`${service.url}/keys`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${adminKey}` },
    body: JSON.stringify({ name: 'limited', scopes: ['read'], rate_limit: rateLimit }),
  });
  return ((await response.json()) as { key: string }).key;
}

test('two replicas share one window: after the limit, 429 on both with what a client needs to know', async () => {
  const cacheUrl = await testRedisUrl();
  await using one = await startTestService({ ...limits, cacheUrl });
  await using other = await startTestService({ ...limits, cacheUrl, databaseUrl: one.databaseUrl });
  const first = await read(one);
  expect(first.headers.get('RateLimit-Limit')).toBe('3');
  expect(first.headers.get('RateLimit-Remaining')).toBe('2');
  expect(await statuses([read(other), read(one)])).toEqual([404, 404]);
  const refused = await read(other);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('RateLimit-Remaining')).toBe('0');
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(55);
  expect(await refused.json()).toMatchObject({ status: 429, error: 'More than 3 requests a minute' });
  expect((await read(one)).status).toBe(429);
});

test('a key has the limit that it was made with; 0 means none', async () => {
  await using service = await startTestService(limits);
  const two = await makeKey(service, 2);
  const none = await makeKey(service, 0);
  expect(await statuses([read(service, two), read(service, two)])).toEqual([404, 404]);
  expect((await read(service, two)).status).toBe(429);
  const many = await statuses(Array.from({ length: 20 }, () => read(service, none)));
  expect(new Set(many)).toEqual(new Set([404]));
});

test('without keys the address is limited, whatever X-Forwarded-For says', async () => {
  await using service = await startTestService({ ...limits, auth: false });
  const from = (address: string) =>
    fetch(`${service.url}/users/1`, { headers: { 'X-Forwarded-For': address } }).then(({ status }) => status);
  expect([await from('192.0.2.1'), await from('192.0.2.2'), await from('192.0.2.3'), await from('192.0.2.4')]).toEqual([
    404, 404, 404, 429,
  ]);
});

test('behind our proxy the right-most forwarded address is limited', async () => {
  await using service = await startTestService({ ...limits, auth: false, trustProxy: true });
  const from = (forwarded: string) =>
    fetch(`${service.url}/users/1`, { headers: { 'X-Forwarded-For': forwarded } }).then(({ status }) => status);
  for (const left of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) expect(await from(`${left}, 198.51.100.1`)).toBe(404);
  expect(await from('192.0.2.4, 198.51.100.1')).toBe(429);
  expect(await from('192.0.2.4, 198.51.100.2')).toBe(404);
});

test.each(['/users/1', '/logs'])(
  '%s with wrong keys: after the limit 429, and a good key has its own',
  async (path) => {
    await using service = await startTestService(limits);
    const good = await makeKey(service, 100);
    const tried: number[] = [];
    for (let n = 0; n < 5; n += 1) tried.push((await read(service, madeUp(n), path)).status);
    expect(tried).toEqual([401, 401, 401, 429, 429]);
    const refused = await read(service, madeUp(5), path);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(55);
    expect([(await read(service)).status, (await read(service, good)).status]).toEqual([404, 404]);
  },
);

test('without a key, and with one that may not: counted for the address too', async () => {
  await using service = await startTestService(limits);
  const reading = await makeKey(service, 100);
  const tried = [
    await fetch(`${service.url}/users/1`),
    ...(await Promise.all([1, 2, 3].map(() => read(service, reading, '/keys')))),
  ];
  expect(tried.map(({ status }) => status)).toEqual([401, 403, 403, 429]);
  expect((await read(service, reading)).status).toBe(404);
});

test('behind our proxy wrong keys of one address are not held against another', async () => {
  await using service = await startTestService({ ...limits, trustProxy: true });
  const from = (address: string, n: number) => {
    const headers = { 'X-Forwarded-For': address, Authorization: `Bearer ${madeUp(n)}` };
    return fetch(`${service.url}/users/1`, { headers }).then(({ status }) => status);
  };
  for (const n of [1, 2, 3]) expect(await from('198.51.100.1', n)).toBe(401);
  expect([await from('198.51.100.1', 4), await from('198.51.100.2', 4)]).toEqual([429, 401]);
});

test('with the cache store down each replica limits by itself, and nothing fails', async () => {
  await using redis = await startRedis();
  await using service = await startTestService({ ...limits, cacheUrl: redis.url });
  expect((await read(service)).status).toBe(404);
  await redis.kill('SIGKILL');
  const all: number[] = [];
  for (let asked = 0; asked < 6; asked += 1) all.push((await read(service)).status);
  expect(all).toEqual([404, 404, 404, 429, 429, 429]);
});

test('with the cache store paused each replica limits by itself, and nothing fails', async () => {
  await using redis = await startRedis();
  await using service = await startTestService({ ...limits, cacheUrl: redis.url });
  expect((await read(service)).status).toBe(404);
  await redis.pause();
  const all: number[] = [];
  for (let asked = 0; asked < 6; asked += 1) all.push((await read(service)).status);
  expect(all).toEqual([404, 404, 404, 429, 429, 429]);
  await redis.resume();
});

test('with RATE_LIMIT=off nobody is limited', async () => {
  await using service = await startTestService({ ...limits, rateLimit: false });
  const answers = await statuses(Array.from({ length: 10 }, () => read(service)));
  expect(new Set(answers)).toEqual(new Set([404]));
});
