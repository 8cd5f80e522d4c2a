import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestService, type TestService } from '../support/service.ts';

const stack = new AsyncDisposableStack();
let service: TestService;
let html: string;

beforeAll(async () => {
  service = stack.use(await startTestService({ grafanaUrl: 'https://grafana.example' }));
  html = await (await fetch(`${service.url}/dashboard`)).text();
});
afterAll(() => stack.disposeAsync());

const get = (path: string, encoding = 'identity') =>
  fetch(service.url + path, { headers: { 'Accept-Encoding': encoding } });
const linked = () => [...new Set([...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path))];

/** All that any view loads: what the page names, and what that imports, now or later. */
async function everything(): Promise<string[]> {
  const found = new Set(linked());
  for (const path of found) {
    if (!path.endsWith('.js')) continue;
    const code = await (await get(path)).text();
    const imports = code.matchAll(/\bimport\(['"](\.[^'"]+)['"]\)/g);
    for (const [, to = ''] of imports) found.add(new URL(to, `http://a${dirname(path)}/`).pathname);
  }
  return [...found];
}

test('the page may run its own scripts alone, and none of its texts becomes markup', async () => {
  const policy = (await fetch(`${service.url}/dashboard`)).headers.get('Content-Security-Policy');
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'sha256-[^' ]+';/);
  expect(policy).toContain("require-trusted-types-for 'script'");
});

test('each file that any view loads is there, for good, and packed for who takes that', async () => {
  const paths = await everything();
  expect(paths.length).toBeGreaterThan(linked().length);
  for (const path of paths) {
    const plain = await get(path);
    expect([path, plain.status, plain.headers.get('Cache-Control')]).toEqual([
      ...[path, 200, 'public, max-age=31536000, immutable'],
    ]);
    expect([path, plain.headers.get('Vary')]).toEqual([path, 'Accept-Encoding']);
    const packed = await get(path, 'gzip');
    expect(packed.headers.get('Content-Encoding')).toBe('gzip');
    expect(await packed.text()).toBe(await plain.text());
  }
});

test('the whole dashboard is at most 150 KB on its way', async () => {
  const sizes = await Promise.all(
    ['/dashboard', ...(await everything())].map(async (path) =>
      Number((await get(path, 'gzip')).headers.get('Content-Length')),
    ),
  );
  expect(sizes.every((size) => size > 0)).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(150 * 1024);
});

test('asked for by the page of another release it is what there is, and kept by nobody', async () => {
  const path = linked()[0]?.replace(/\/assets\/[^/]+/, '/assets/other') ?? '';
  const response = await get(path);
  expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
});

test.each(['/assets/x/none.js', '/assets/x/..%2fpackage.json', '/assets/x/page%2fmain.js'])(
  'no file but those: %s is 404',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);

test('the page is told where else to look, and of nothing that is not there', () => {
  const told = /data-about="([^"]*)"/.exec(html)?.[1]?.replaceAll('&quot;', '"') ?? '';
  expect(JSON.parse(told)).toEqual({
    version: 'test',
    address: 'https://sho.rt',
    authOn: false,
    links: { grafana: 'https://grafana.example', docs: '/docs' },
  });
});
