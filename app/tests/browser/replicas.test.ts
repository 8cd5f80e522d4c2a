import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { startEdge } from '../support/edge.ts';
import { fillWithLinks } from '../support/fill.ts';
import { freePort } from '../support/free-port.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { createTestDatabase, testRedisUrl } from '../support/stores.ts';

const stack = new AsyncDisposableStack();
const links = 100_000;
let browser: TestBrowser;
let settings: Record<string, string>;
let replicas: Replica[];
let edge: { url: string };

beforeAll(async () => {
  browser = stack.use(await startBrowser());
  const { url: databaseUrl } = stack.use(await createTestDatabase());
  await fillWithLinks({ databaseUrl }, links);
  const stores = { DATABASE_URL: databaseUrl, CACHE_URL: await testRedisUrl(), QUEUE_URL: await testRedisUrl() };
  settings = { ...stores, AUTH: 'off', TRUST_PROXY: 'on', LOG_LEVEL: 'info', BASE_URL: 'https://sho.rt' };
  const ports = [await freePort(), await freePort()];
  replicas = await Promise.all(ports.map((port) => startReplica({ ...settings, PORT: String(port) })));
  for (const replica of replicas) stack.use(replica);
  edge = stack.use(await startEdge(replicas.map(({ url }) => new URL(url).host)));
});
afterAll(() => stack.disposeAsync());

const viewersOf = async ({ url }: Replica): Promise<boolean> =>
  (await (await fetch(`${url}/metrics`)).text()).includes('stream_viewers 1');
const add = async (title: string): Promise<number> =>
  (await call(edge, 'POST', '/urls', { original_url: 'https://example.com/', title })).status;

test('a hundred thousand links behind nginx are searched and paged through', async () => {
  await using tab = await browser.open(edge.url);
  const { page } = tab;
  await page.getByText('100,000 links').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText(`Page ${links - 25}`, { exact: true }).waitFor();
  await page.getByRole('searchbox').fill('Page 54321');
  await page.getByText('1 link', { exact: true }).waitFor();
  await page.getByText('Page 54321').waitFor();
  expect(tab.complaints).toEqual([]);
});

test('the replica that the page hears of is killed: the page hears of another, and misses nothing', async () => {
  await using tab = await browser.open(edge.url);
  const { page } = tab;
  await page.getByText('All is well').waitFor();
  const watched = (await Promise.all(replicas.map(viewersOf))).indexOf(true);
  await replicas[watched]?.end('SIGKILL');
  expect(await add('After the end')).toBe(201);
  await page.getByRole('button', { name: '1 new link: show' }).click();
  await page.locator('tbody').getByText('After the end').waitFor();
  await page.getByRole('link', { name: 'Status' }).click();
  await page.locator('dt', { hasText: 'Replicas' }).locator('+ dd').getByText('1', { exact: true }).waitFor();
  expect(tab.complaints).toEqual([]);
});

test('no replica is left: the page says so, keeps what is typed, and goes on with the next one', async () => {
  await using tab = await browser.open(edge.url);
  const { page } = tab;
  await page.getByText('All is well').waitFor();
  const [port = ''] = replicas.map(({ url }) => new URL(url).port);
  await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
  await page.getByRole('alert').getByText('Connection lost').waitFor();
  await page.getByLabel('Address to shorten').fill('https://example.com/kept');
  await page.getByRole('button', { name: 'Shorten' }).click();
  // The form says so, and the list below it, too, if it asked before the page knew of the lost connection.
  const form = page.getByRole('region', { name: 'Make a short link' });
  await form.getByRole('alert').getByText('No replica is available').waitFor();
  stack.use(await startReplica({ ...settings, PORT: port }));
  await page.getByText('Connection lost').first().waitFor({ state: 'detached' });
  expect(await page.getByLabel('Address to shorten').inputValue()).toBe('https://example.com/kept');
  // nginx may still hold the replica for dead, for two seconds: whoever presses again makes one link, not two.
  const made = page.getByText('Short link made').first();
  while ((await made.count()) === 0) {
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name: 'Shorten' }).click();
    if ((await answered).ok()) await made.waitFor();
  }
});
