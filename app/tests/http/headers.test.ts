import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeLink } from '../redirects/links.ts';
import { startTestService, type TestService } from '../support/service.ts';

const stack = new AsyncDisposableStack();
const origin = 'https://app.example';
let closed: TestService;
let shared: TestService;

beforeAll(async () => {
  closed = stack.use(await startTestService());
  shared = stack.use(await startTestService({ corsOrigins: [origin], databaseUrl: closed.databaseUrl }));
});
afterAll(() => stack.disposeAsync());

test.each(['/health', '/users/1', '/docs', '/', '/no/such/path', '/%zz'])(
  'GET %s carries the security headers, errors too',
  async (path) => {
    const { headers } = await fetch(closed.url + path);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('Referrer-Policy')).toBe('strict-origin-when-cross-origin');
    expect(headers.get('X-Request-ID')).toMatch(/^[\w.-]+$/);
    expect(headers.get('X-Powered-By')).toBeNull();
  },
);

test('a redirect carries what it needs and no more, on whichever way it is answered', async () => {
  const { code } = await makeLink(closed, 'https://example.com/');
  const needed = ['cache-control', 'content-length', 'location', 'x-request-id'];
  const ways = [`/${code}`, `/${code}?a=b`, `/%${code.charCodeAt(0).toString(16)}${code.slice(1)}`];
  for (const way of ways) {
    const { status, headers } = await fetch(closed.url + way, { redirect: 'manual' });
    const names = [...headers.keys()].filter((name) => !['connection', 'date', 'keep-alive'].includes(name));
    expect([way, status, names]).toEqual([way, 302, needed]);
  }
});

test('without origins nothing is said of CORS, and a preflight is a method that is not allowed', async () => {
  const response = await fetch(`${closed.url}/users/1`, { headers: { Origin: origin } });
  expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
  const asked = { Origin: origin, 'Access-Control-Request-Method': 'PUT' };
  expect((await fetch(`${closed.url}/users/1`, { method: 'OPTIONS', headers: asked })).status).toBe(405);
});

test('a page of a known origin may read answers and errors', async () => {
  const response = await fetch(`${shared.url}/users/1`, { headers: { Origin: origin } });
  expect(response.status).toBe(404);
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe(origin);
  expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull();
  expect(response.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After');
  expect(response.headers.get('Vary')).toContain('Origin');
});

test('its preflight is answered without a key', async () => {
  const response = await fetch(`${shared.url}/users`, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type',
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get('Access-Control-Allow-Methods')).toContain('POST');
  expect(response.headers.get('Access-Control-Allow-Headers')).toContain('Authorization');
});

test('a page of another origin is told nothing', async () => {
  const response = await fetch(`${shared.url}/users/1`, { headers: { Origin: 'https://evil.example' } });
  expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
  expect(response.headers.get('Vary')).toContain('Origin');
});

test('with * any page may call, and no answer varies by origin', async () => {
  await using open = await startTestService({ corsOrigins: ['*'], databaseUrl: closed.databaseUrl });
  const response = await fetch(`${open.url}/users/1`, { headers: { Origin: origin } });
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*');
  expect(response.headers.get('Vary') ?? '').not.toContain('Origin');
});
