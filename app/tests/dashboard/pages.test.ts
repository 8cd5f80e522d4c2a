import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { robots } from '../../src/dashboard/robots.ts';
import { startTestService, type TestService } from '../support/service.ts';

const stack = new AsyncDisposableStack();
let service: TestService;

beforeAll(async () => {
  service = stack.use(await startTestService());
});
afterAll(() => stack.disposeAsync());

const get = (path: string, headers: Record<string, string> = {}) => fetch(service.url + path, { headers });
const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test('a browser gets the start page, whose policy allows its style and nothing else', async () => {
  const response = await get('/', browser);
  const html = await response.text();
  expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
  expect(response.headers.get('Vary')).toBe('Accept');
  const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = response.headers.get('Content-Security-Policy') ?? '';
  expect(policy).toContain(`style-src 'sha256-${hash}'`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(html).not.toMatch(/<script|style=|https?:\/\/(?!sho\.rt|example\.com)/);
});

/** What the edge answers with 404, whoever asks. */
const hidden = /^\/(metrics|chaos|health\/ready)/;

test('every link of the start page leads somewhere, also through the edge', async () => {
  const html = await (await get('/', browser)).text();
  const links = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
  expect(links).toEqual(expect.arrayContaining(['/docs', '/openapi.json', '/health']));
  for (const link of links) expect([link, (await get(link)).status]).not.toEqual([link, 404]);
  expect(links.filter((link) => hidden.test(link))).toEqual([]);
});

test('a client gets JSON', async () => {
  for (const accept of ['*/*', 'application/json']) {
    const body = (await (await get('/', { Accept: accept })).json()) as unknown;
    expect(body).toMatchObject({ name: 'Shortstack', version: 'test', auth: 'off', docs: '/docs', health: '/health' });
  }
});

test('the viewer and all that it loads come from here, and what it loads may be kept', async () => {
  const response = await get('/docs');
  const html = await response.text();
  const loaded = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
  expect(loaded.every((link) => link.startsWith('/'))).toBe(true);
  expect(response.headers.get('Content-Security-Policy')).toContain("script-src 'self';");
  for (const link of loaded.filter((path) => path.startsWith('/docs/assets/'))) {
    const asset = await get(link);
    expect([link, asset.status]).toEqual([link, 200]);
    expect(asset.headers.get('Cache-Control')).toContain('immutable');
    expect((await asset.arrayBuffer()).byteLength).toBe(Number(asset.headers.get('Content-Length')));
  }
  expect(await (await get('/docs/assets/start.js')).text()).toContain("url: '/openapi.json'");
});

test.each(['/docs/assets/none.js', '/docs/assets/..%2fpackage.json'])(
  'no file but the known ones: %s is 404',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);

test('the icons are what they say', async () => {
  const svg = await get('/favicon.svg');
  expect(svg.headers.get('Content-Type')).toMatch(/^image\/svg\+xml/);
  const ico = await get('/favicon.ico');
  expect(ico.headers.get('Content-Type')).toBe('image/x-icon');
  expect(Buffer.from(await ico.arrayBuffer()).readUInt32LE(0)).toBe(0x0001_0000);
});

test('robots.txt closes the API and leaves short links open, also those that begin like a word', async () => {
  const lines = (await (await get('/robots.txt')).text()).split('\n');
  expect(lines[0]).toBe('User-agent: *');
  expect(lines).toEqual(
    expect.arrayContaining(['Disallow: /users$', 'Disallow: /users/', 'Disallow: /v1/', 'Allow: /']),
  );
  expect(lines).not.toContain('Disallow: /users');
  expect(lines).not.toContain('Disallow: /');
  expect(robots(new Set(['docs', 'x']))).toBe('User-agent: *\nDisallow: /x$\nDisallow: /x/\nDisallow: /x?\nAllow: /\n');
});
