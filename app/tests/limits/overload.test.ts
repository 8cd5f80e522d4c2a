import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeLink } from '../redirects/links.ts';
import { query } from '../support/query.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { createTestDatabase } from '../support/stores.ts';

const stack = new AsyncDisposableStack();
let service: TestService;
let code: string;
/** Milliseconds that each turn of the event loop takes; the service runs in this process. */
let turn = 0;
let ended = false;

function occupy(): void {
  if (ended) return;
  const end = performance.now() + turn;
  while (performance.now() < end);
  setTimeout(occupy, turn > 0 ? 0 : 20);
}

beforeAll(async () => {
  service = stack.use(await startTestService({ shedding: true }));
  ({ code } = await makeLink(service, 'https://example.com/target'));
  occupy();
});
afterAll(() => {
  ended = true;
  return stack.disposeAsync();
});

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}${path}`, { redirect: 'manual', headers });
const redirect = () => ask(`/${code}`);
const list = () => ask('/urls');

/** Asks until the status is there; the test's time-out ends it else. */
async function until(status: number, request: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await request();
    if (response.status === status) return response;
    await response.arrayBuffer();
  }
}

/** Asks for redirects one after the other, until it is told to end. */
function followAlong(): () => Promise<void> {
  let over = false;
  const follow = async () => {
    while (!over) await (await redirect()).arrayBuffer();
  };
  const following = follow();
  return () => {
    over = true;
    return following;
  };
}

test('what is no redirect is refused first, then redirects, and soon after nothing', async () => {
  turn = 90;
  const end = followAlong();
  const first = await until(503, list);
  await end();
  expect(first.headers.get('Retry-After')).toBe('1');
  expect(await first.json()).toMatchObject({ status: 503, detail: 'More requests than can be answered at the moment' });
  expect((await redirect()).status).toBe(302);
  expect((await ask('/health')).status).toBe(200);

  turn = 250;
  const refused = await until(503, redirect);
  expect(refused.headers.get('Retry-After')).toBe('1');
  expect(await refused.json()).toMatchObject({ status: 503, request_id: refused.headers.get('X-Request-ID') });
  const page = await until(503, () => ask(`/${code}`, { Accept: 'text/html' }));
  expect(page.headers.get('Content-Type')).toMatch(/^text\/html/);
  expect(page.headers.get('Retry-After')).toBe('1');
  expect(await page.text()).toContain('Please try again');
  expect((await ask('/health')).status).toBe(200);

  turn = 0;
  await until(200, list);
  await until(302, redirect);
  const metrics = await (await ask('/metrics')).text();
  expect(metrics).toMatch(/^shed_requests_total\{work="other"\} [1-9]/m);
  expect(metrics).toMatch(/^shed_requests_total\{work="redirect"\} [1-9]/m);
}, 60_000);

test('without redirects, the rest is refused when it is late itself', async () => {
  for (let calm = 0; calm < 30; ) calm = (await list()).status === 200 ? calm + 1 : 0;
  turn = 300;
  await until(503, list);
  turn = 0;
  await until(200, list);
}, 60_000);

/** A service whose Postgres takes so many seconds to list users. */
async function startSlow(seconds: number, overrides: Parameters<typeof startTestService>[0]) {
  await using slow = new AsyncDisposableStack();
  const database = slow.use(await createTestDatabase());
  const other = slow.use(await startTestService({ shedding: true, databaseUrl: database.url, ...overrides }));
  const view = `insert into users (username, email) values ('ada', 'ada@example.org');
    alter table users rename to own_users;
    create view users as select own_users.* from own_users cross join (select pg_sleep(${seconds})) as slow`;
  await query(database.url, view);
  const owned = slow.move();
  return { url: other.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const overload = 'More requests than can be answered at the moment';

test('where connections to Postgres come late, what needs one is refused, and nothing else', async () => {
  await using other = await startSlow(0.05, { databasePoolSize: 1 });
  const users = () => fetch(`${other.url}/users`);
  let over = false;
  const asking = Array.from({ length: 28 }, async () => {
    while (!over) await (await users()).arrayBuffer();
  });
  const refused = await until(503, users);
  expect(await refused.json()).toMatchObject({ detail: overload });
  expect((await fetch(`${other.url}/nobody-has-this`, { redirect: 'manual' })).status).not.toBe(503);
  over = true;
  await Promise.all(asking);
  await until(200, users);
}, 60_000);

test('also where they are held so long that hardly any comes free', async () => {
  await using other = await startSlow(6.5, { databasePoolSize: 2, databaseTimeout: 9_000 });
  const lookAtUnknown = async () => {
    const answer = await fetch(`${other.url}/unknown1/qr`);
    return answer.status === 503 ? ((await answer.json()) as { detail: string }).detail : answer.status;
  };
  // What this replica knows by itself from here on.
  expect(await lookAtUnknown()).toBe(404);
  let over = false;
  const asked = Array.from({ length: 3 }, async () => (await fetch(`${other.url}/users`)).status);
  const all = Promise.all(asked).finally(() => {
    over = true;
  });
  const seen = new Set<string | number>();
  while (!over) seen.add(await lookAtUnknown());
  expect(await all).toEqual([200, 200, 200]);
  expect(seen).toEqual(new Set([404, overload]));
}, 60_000);

test('who waits for a connection in vain is not told that Postgres is gone, as long as others get one', async () => {
  await using other = await startSlow(0.3, { databasePoolSize: 1, databaseTimeout: 3_000, shedding: false });
  const lookAt = async () => {
    const answer = await fetch(`${other.url}/users`);
    const { detail } = (await answer.json()) as { detail?: string };
    return answer.status === 200 ? 200 : detail;
  };
  const seen = new Map<unknown, number>();
  const asking = Array.from({ length: 24 }, async () => {
    while ((seen.get(overload) ?? 0) < 30) {
      const one = await lookAt();
      seen.set(one, (seen.get(one) ?? 0) + 1);
    }
  });
  await Promise.all(asking);
  expect([...seen.keys()].sort()).toEqual([200, overload]);
  expect(await (await fetch(`${other.url}/metrics`)).text()).toMatch(
    /^circuit_breaker_state\{dependency="postgres"\} 0$/m,
  );
}, 60_000);

test('switched off, nothing is refused', async () => {
  await using other = await startTestService({ shedding: false, databaseUrl: service.databaseUrl });
  turn = 300;
  const end = performance.now() + 3_000;
  while (performance.now() < end) expect((await fetch(`${other.url}/urls`)).status).toBe(200);
  turn = 0;
});
