import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeLink } from '../redirects/links.ts';
import { startTestService, type TestService } from '../support/service.ts';

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

test('what is no redirect is refused first, then redirects, and soon after nothing', async () => {
  turn = 60;
  const first = await until(503, list);
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

test('switched off, nothing is refused', async () => {
  await using other = await startTestService({ shedding: false, databaseUrl: service.databaseUrl });
  turn = 60;
  const end = performance.now() + 1_500;
  while (performance.now() < end) expect((await fetch(`${other.url}/urls`)).status).toBe(200);
  turn = 0;
});
