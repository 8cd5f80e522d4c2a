import { expect, test } from '@jest/globals';
import pg from 'pg';
import { openRaw } from '../support/raw.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { createTestDatabase, startPostgres, testRedisUrl } from '../support/stores.ts';

const adminKey = 'an-admin-key-of-the-environment';

type Ready = { status: string; reason?: string; dependencies: Record<string, string>; in_flight: number };

async function ready({ url }: Pick<TestService, 'url'>): Promise<{ status: number; body: Ready }> {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: (await response.json()) as Ready };
}

/** Asks until the answer is as wanted; the test's own time limit ends a wait that is in vain. */
async function readyWhen(service: TestService, wanted: (body: Ready) => boolean) {
  for (;;) {
    const answer = await ready(service);
    if (wanted(answer.body)) return answer;
  }
}

test('a service with its stores: healthy, and ready with each of them up', async () => {
  await using service = await startTestService({ cacheUrl: await testRedisUrl(), auth: true });
  const { status, body } = await readyWhen(service, (seen) => seen.status === 'ok');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ok',
    dependencies: { postgres: 'up', cache: expect.any(String), queue: 'none' },
    in_flight: 0,
    lag_ms: expect.any(Number),
    version: 'test',
  });
  await readyWhen(service, ({ dependencies }) => dependencies['cache'] === 'up');
  expect(await (await fetch(`${service.url}/health`)).json()).toEqual({ status: 'ok' });
});

test('a store that goes down later shows, and leaves the replica ready', async () => {
  await using server = await startPostgres();
  await using service = await startTestService({ databaseUrl: server.url });
  await readyWhen(service, ({ status }) => status === 'ok');
  await server.kill('SIGKILL');
  const { status } = await readyWhen(service, ({ dependencies }) => dependencies['postgres'] === 'down');
  expect(status).toBe(200);
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
});

test('Postgres was never reached: not ready; from then on that it was: ready', async () => {
  await using server = await startPostgres();
  await server.kill('SIGKILL');
  await using service = await startTestService({ databaseUrl: server.url });
  const { status, body } = await readyWhen(service, ({ dependencies }) => dependencies['postgres'] === 'down');
  expect([status, body.status, body.reason]).toEqual([503, 'unavailable', 'Postgres was not reached yet']);
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
  await server.restart();
  expect((await readyWhen(service, (seen) => seen.status === 'ok')).status).toBe(200);
});

test('a schema older than the release: not ready, and it says what to do', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('delete from schema_migrations where name = (select max(name) from schema_migrations)');
  await using service = await startTestService({ databaseUrl: database.url });
  const { status, body } = await readyWhen(service, ({ reason }) => reason?.includes('schema') ?? false);
  expect(status).toBe(503);
  expect(body.reason).toContain('run migrate');
  await client.query("insert into schema_migrations (name) select max(name) from (select '999' as name) as newest");
  await client.end();
});

test('from the start of a drain: 503 while what is in flight is answered', async () => {
  const service = await startTestService();
  using slow = await openRaw(service.url);
  slow.write('POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{');
  using probe = await openRaw(service.url);
  probe.write('GET /health/ready HTTP/1.1\r\nHost: x\r\n');
  const { in_flight: before } = await readyWhen(service, (body) => body.in_flight === 1).then(({ body }) => body);
  expect(before).toBe(1);
  const stopped = service[Symbol.asyncDispose]();
  probe.write('\r\n');
  const answer = await probe.received(/"version"/);
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expect(answer).toContain('"reason":"draining"');
  slow.write('}');
  expect(await slow.received(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 422 /);
  await stopped;
});

test('metrics: the series that alerts need are there with 0', async () => {
  await using service = await startTestService();
  const response = await fetch(`${service.url}/metrics`);
  expect(response.headers.get('Content-Type')).toMatch(/^text\/plain/);
  const text = await response.text();
  expect(text).toContain('rate_limited_requests_total{class="create"} 0');
  expect(text).toContain('circuit_breaker_state{dependency="postgres"} 0');
  expect(text).toMatch(/pg_pool_connections\{pool="requests",state="busy"\} \d/);
  expect(text).toMatch(/nodejs_eventloop_utilization \d/);
  expect(text).toContain('app_build_info{version="test",release=""} 1');
});

test('log lines: for an admin key, newest last, no secret in them', async () => {
  await using service = await startTestService({ auth: true, apiKey: adminKey, logLevel: 'info' });
  const ask = (query: string, key = adminKey) =>
    fetch(`${service.url}/logs${query}`, { headers: { 'X-API-Key': key } });
  await fetch(`${service.url}/users/77`, { headers: { 'X-API-Key': adminKey, 'X-Request-ID': 'looked-for' } });
  const response = await ask('?filter=LOOKED-for');
  const text = await response.text();
  const { count, logs } = JSON.parse(text) as { count: number; logs: Record<string, unknown>[] };
  expect(count).toBe(1);
  expect(logs[0]).toMatchObject({ request_id: 'looked-for', method: 'GET', route: '/users/:id', status: 404 });
  expect(text).not.toContain(adminKey);
  for (const query of ['?limit=-1', '?limit=abc', '?level=loud']) expect((await ask(query)).status).toBe(400);
  expect((await ask('', 'wrong')).status).toBe(401);
});

test('log lines: the last 200 at most, however many are asked for', async () => {
  await using service = await startTestService({ auth: true, apiKey: adminKey, logLevel: 'info' });
  const headers = { 'X-API-Key': adminKey };
  for (let n = 0; n < 210; n += 1) await fetch(`${service.url}/users/${n + 1}`, { headers });
  const { count, logs } = (await (await fetch(`${service.url}/logs?limit=5000`, { headers })).json()) as {
    count: number;
    logs: { path?: string }[];
  };
  expect([count, logs.length, logs.at(-1)?.path]).toEqual([200, 200, '/users/210']);
  expect(logs[0]?.path).toBe('/users/11');
});

test('with AUTH=off there is no /logs, without CHAOS_TOKEN no /chaos', async () => {
  await using service = await startTestService({ apiKey: adminKey });
  expect((await fetch(`${service.url}/logs`, { headers: { 'X-API-Key': adminKey } })).status).toBe(404);
  expect((await fetch(`${service.url}/chaos`, { method: 'POST' })).status).toBe(404);
});

test('chaos without the right token: 403, and the service stays', async () => {
  await using service = await startTestService({ chaosToken: 'a-token-for-chaos-drills' });
  const chaos = (headers: Record<string, string>) => fetch(`${service.url}/chaos`, { method: 'POST', headers });
  expect((await chaos({})).status).toBe(403);
  expect((await chaos({ 'X-Chaos-Token': 'a-token-for-chaos-drillz' })).status).toBe(403);
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
});
