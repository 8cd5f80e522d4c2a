import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { startTestService, type TestService } from '../support/service.ts';

const stack = new AsyncDisposableStack();
let browser: TestBrowser;
let service: TestService;

type Url = { id: number; short_code: string };

beforeAll(async () => {
  browser = stack.use(await startBrowser());
  service = stack.use(await startTestService());
});
afterAll(() => stack.disposeAsync());

const original_url = 'https://example.com/x';
const add = async (body: Record<string, unknown>): Promise<Url> =>
  (await call(service, 'POST', '/urls', { original_url, ...body })).body as Url;
const statusOf = async ({ id }: Url): Promise<number> => (await call(service, 'GET', `/urls/${id}`)).status;

async function count(clicks: readonly (readonly [Url, number])[]): Promise<void> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  for (const [{ id }, number] of clicks)
    await client.query('insert into url_counters values ($1, 0, $2)', [id, number]);
  await client.end();
}

test('most clicks first, or fewest, by the field and by the head of the column', async () => {
  const [few, most, none] = [await add({ title: 'few' }), await add({ title: 'most' }), await add({ title: 'none' })];
  await count([
    [few, 2],
    [most, 1_200],
  ]);
  const first = async () => {
    const { body } = await call(service, 'GET', '/urls?sort=clicks&order=desc');
    return (body as Url[]).map(({ id }) => id).join();
  };
  while ((await first()) !== [most.id, few.id, none.id].join());
  await using tab = await browser.open(service.url);
  const { page } = tab;
  const titles = () => page.locator('tbody .title').allTextContents();
  const head = page.getByRole('columnheader', { name: 'Clicks' });
  await page.getByLabel('Order').selectOption('most');
  await page.locator('tbody tr').first().getByText('most').waitFor();
  expect(await titles()).toEqual(['most', 'few', 'none']);
  expect([await head.getAttribute('aria-sort'), page.url()]).toEqual([
    ...['descending', expect.stringContaining('order=most')],
  ]);
  await head.getByRole('link').click();
  await page.locator('tbody tr').first().getByText('none').waitFor();
  expect(await titles()).toEqual(['none', 'few', 'most']);
  expect(await page.getByLabel('Order').inputValue()).toBe('fewest');
  expect(tab.complaints).toEqual([]);
});

test('whatever a link can have is behind one button, and all of it is sent', async () => {
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await page.getByLabel('Address to shorten').fill(original_url);
  await page.getByRole('button', { name: 'More options' }).click();
  const form = page.getByRole('region', { name: 'Make a short link' });
  await form.getByLabel('Alias').fill('with-all');
  await form.getByLabel('Title').fill('All of it');
  await form.getByLabel('Tags').fill('one, two');
  await form.getByLabel('Expires').fill('2040-05-06T07:08');
  await form.getByLabel('Most clicks').fill('9');
  await form.getByLabel('Redirect').selectOption('308');
  await form.getByLabel('Hand the query on').check();
  await page.getByRole('button', { name: 'Shorten' }).click();
  await page.getByText('Short link made').first().waitFor();
  const [url] = (await call(service, 'GET', '/urls?q=with-all')).body as Record<string, unknown>[];
  expect(url).toMatchObject({ short_code: 'with-all', title: 'All of it', tags: ['one', 'two'], max_clicks: 9 });
  expect(url).toMatchObject({
    redirect_type: 308,
    forward_query: true,
    expires_at: expect.stringMatching(/^2040-05-0/),
  });
});

test('many are deleted at once and taken back, or deleted; many are activated', async () => {
  const made = await Promise.all(['gone-a', 'gone-b'].map((custom_alias) => add({ custom_alias })));
  for (const { id } of made) await call(service, 'PUT', `/urls/${id}`, { is_active: false });
  const all = () => Promise.all(made.map(statusOf));
  await using tab = await browser.open(service.url, 'links?q=gone-');
  const { page } = tab;
  const bar = page.getByRole('group', { name: /selected/ });
  await page.getByLabel('Select all on this page').check();
  await bar.getByRole('button', { name: 'Activate', exact: true }).click();
  await page.getByText('2 links changed').waitFor();
  expect((await call(service, 'GET', '/urls?q=gone-&is_active=true')).body).toHaveLength(2);
  await bar.getByRole('button', { name: 'Delete' }).click();
  await page.getByText(/2 links will be deleted/).waitFor();
  await page.locator('.removal').getByRole('button', { name: 'Undo' }).click();
  await page.locator('tbody tr').nth(1).waitFor();
  expect(await all()).toEqual([200, 200]);
  await page.getByLabel('Select all on this page').check();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('2 links deleted').waitFor();
  expect(await all()).toEqual([404, 404]);
});

test('a link is copied from its row, and the list is downloaded as a file', async () => {
  await add({ custom_alias: 'copied' });
  await using tab = await browser.open(service.url, 'links?q=copied');
  const { page } = tab;
  await page.locator('tbody').getByRole('button', { name: 'Copy' }).click();
  await page.getByText('✓ Copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('https://sho.rt/copied');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('urls.csv');
  expect(await readFile(await download.path(), 'utf8')).toContain(',copied,');
});

test('what happens is not asked for: nothing but the stream tells of it', async () => {
  const { short_code } = await add({ custom_alias: 'quiet' });
  await using tab = await browser.open(service.url, 'links?q=quiet');
  const { page } = tab;
  await page.getByText('All is well').waitFor();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await fetch(`${service.url}/${short_code}`, { redirect: 'manual' });
  await page.locator('tbody .clicks', { hasText: '1' }).waitFor();
  expect(asked.filter((path) => path !== '/stream')).toEqual([]);
});
