import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { fillWithLinks } from '../support/fill.ts';
import { startTestService, type TestService } from '../support/service.ts';

const stack = new AsyncDisposableStack();
let browser: TestBrowser;
let service: TestService;

type Url = { id: number; short_code: string; title: string | null; tags: string[]; is_active: boolean };

beforeAll(async () => {
  browser = stack.use(await startBrowser());
  service = stack.use(await startTestService());
  await fillWithLinks(service, 60);
});
afterAll(() => stack.disposeAsync());

const add = async (body: Record<string, unknown>): Promise<Url> =>
  (await call(service, 'POST', '/urls', { original_url: 'https://example.com/x', ...body })).body as Url;
const read = async (id: number): Promise<Url> => (await call(service, 'GET', `/urls/${id}`)).body as Url;
const statusOf = async (id: number): Promise<number> => (await call(service, 'GET', `/urls/${id}`)).status;

test('pasted and entered: the link is there, copied, and first in the list', async () => {
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await page.getByLabel('Address to shorten').fill('https://example.com/pasted');
  await page.keyboard.press('Enter');
  await page.getByText('Short link made and copied').waitFor();
  const copied = await page.evaluate('navigator.clipboard.readText()');
  expect(copied).toMatch(/^https:\/\/sho\.rt\/[0-9A-Za-z]{7}$/);
  await page.locator('tbody tr').first().getByText('example.com/pasted').waitFor();
  expect(await page.getByLabel('Address to shorten').inputValue()).toBe('');
  expect(tab.complaints).toEqual([]);
});

test('a wrong address: what the service says of it, and nothing typed is lost, also not by a reload', async () => {
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await page.getByRole('button', { name: 'More options' }).click();
  await page.getByLabel('Alias').fill('x');
  await page.getByLabel('Address to shorten').fill('ftp://example.com');
  await page.getByRole('button', { name: 'Shorten' }).click();
  const refusal = await call(service, 'POST', '/urls', { original_url: 'ftp://example.com', custom_alias: 'x' });
  const { errors } = refusal.body as { errors: Record<string, string> };
  await page.getByText(errors['original_url'] ?? 'none').waitFor();
  await page.getByText(errors['custom_alias'] ?? 'none').waitFor();
  await page.reload();
  expect(await page.getByLabel('Address to shorten').inputValue()).toBe('ftp://example.com');
});

test('markup in a title, an address and a tag is text', async () => {
  const title = '<b id="injected">bold</b><img src=x onerror="document.title=1">';
  const { id } = await add({ title, tags: ['<i id="injected">'], original_url: 'https://example.com/<u>' });
  await using tab = await browser.open(service.url);
  const { page } = tab;
  for (const hash of ['links', `links/${id}`, 'events']) {
    await page.evaluate(`location.assign('#/${hash}')`);
    await page
      .getByText(hash === 'events' ? 'example.com/<u>' : title)
      .first()
      .waitFor();
    expect(await page.locator('#injected, main img, main u').count()).toBe(0);
  }
  expect(tab.complaints).toEqual([]);
});

test('search, tag, state and order narrow the list, stand in the address, and pages lead through it', async () => {
  await using tab = await browser.open(service.url, 'links?q=Page');
  const { page } = tab;
  await page.getByText('60 links').waitFor();
  const firstTitle = () => page.locator('tbody .title').first().textContent();
  expect(await firstTitle()).toBe('Page 60');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('Page 35', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.getByText('Page 60', { exact: true }).waitFor();
  await page.getByLabel('Order').selectOption('oldest');
  await page.getByText('Page 1', { exact: true }).waitFor();
  await page.getByLabel('Tag').fill('tenth');
  await page.getByText('6 links').waitFor();
  expect(page.url()).toContain('tag=tenth');
  await page.getByLabel('State').selectOption('false');
  await page.getByText('No link matches.').waitFor();
  await page.getByRole('link', { name: 'Clear the filters' }).click();
  await page.locator('tbody tr').first().waitFor();
});

test('a link is edited in its row, and what another one changed meanwhile stays', async () => {
  const { id, short_code } = await add({ title: 'before', custom_alias: 'edited' });
  await using tab = await browser.open(service.url, 'links?q=edited');
  const { page } = tab;
  await page.getByRole('button', { name: 'Edit' }).click();
  await call(service, 'PUT', `/urls/${id}`, { tags: ['meanwhile'] });
  const form = page.getByRole('form', { name: `Edit ${short_code}` });
  await form.getByLabel('Title').fill('after');
  await form.getByLabel('Most clicks').fill('many');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('a whole number from 1').waitFor();
  await form.getByLabel('Most clicks').fill('7');
  await page.keyboard.press('Enter');
  await page.locator('tbody').getByText('after').waitFor();
  expect(await read(id)).toMatchObject({ title: 'after', max_clicks: 7, tags: ['meanwhile'] });
});

test('a deletion that is undone never was; one that is left alone is done, at the latest with the page', async () => {
  const { id } = await add({ custom_alias: 'doomed' });
  await using tab = await browser.open(service.url, 'links?q=doomed');
  const { page } = tab;
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText(/1 link will be deleted in \d s/).waitFor();
  expect(await page.locator('tbody tr').count()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.locator('tbody tr').waitFor();
  expect(await statusOf(id)).toBe(200);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.goto('about:blank');
  while ((await statusOf(id)) !== 404);
});

test('many at once: deactivated and taken back, tagged, deleted', async () => {
  const made = await Promise.all(['bulk-a', 'bulk-b', 'bulk-c'].map((custom_alias) => add({ custom_alias })));
  const all = () => Promise.all(made.map(({ id }) => read(id)));
  await using tab = await browser.open(service.url, 'links?q=bulk-');
  const { page } = tab;
  await page.getByLabel('Select all on this page').check();
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByText('3 links changed').waitFor();
  expect((await all()).map(({ is_active }) => is_active)).toEqual([false, false, false]);
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await page.locator('.state.inactive').first().waitFor({ state: 'detached' });
  expect((await all()).map(({ is_active }) => is_active)).toEqual([true, true, true]);
  await page.getByLabel('Tag to add').fill('together');
  await page.keyboard.press('Enter');
  await page.locator('tbody').getByText('together').nth(2).waitFor();
  expect((await all()).map(({ tags }) => tags)).toEqual([['together'], ['together'], ['together']]);
});

test('a file is shown before it is imported, and each line that was refused says why', async () => {
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await page.getByRole('button', { name: 'Import' }).click();
  const buffer = Buffer.from('original_url,title\nhttps://example.com/from-file,"From, ""file"""\nnonsense,No\n');
  await page.getByLabel('CSV file').setInputFiles({ name: 'links.csv', mimeType: 'text/csv', buffer });
  await page.getByText('2 lines found').waitFor();
  await page.getByRole('cell', { name: 'From, "file"' }).waitFor();
  await page.getByRole('button', { name: 'Import all' }).click();
  await page.getByText('1 of 2 lines imported.').waitFor();
  await page.getByRole('cell', { name: /original_url: / }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('tbody').getByText('From, "file"').waitFor();
  const exported = page.getByRole('link', { name: 'Export' });
  expect([await exported.getAttribute('href'), await exported.getAttribute('download')]).toEqual([
    ...['/urls/export?format=csv', 'urls.csv'],
  ]);
});

test('a QR code is shown and downloaded; all of it by keyboard', async () => {
  await add({ custom_alias: 'drawn' });
  await using tab = await browser.open(service.url, 'links?q=drawn');
  const { page } = tab;
  await page.getByRole('button', { name: 'QR code' }).focus();
  await page.keyboard.press('Enter');
  const image = page.getByRole('img', { name: 'QR code of https://sho.rt/drawn' });
  await image.waitFor();
  await page.waitForFunction("document.querySelector('img.qr')?.naturalWidth");
  const png = page.getByRole('link', { name: 'Download PNG' });
  expect(await png.getAttribute('download')).toBe('drawn.png');
  const drawn = await fetch(service.url + (await png.getAttribute('href')));
  expect([drawn.status, drawn.headers.get('Content-Type')]).toEqual([200, 'image/png']);
  await page.keyboard.press('Escape');
  await image.waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement?.textContent')).toBe('QR code');
  expect(tab.complaints).toEqual([]);
});

test('clicks count while one looks, and links that others make are told of', async () => {
  const { short_code } = await add({ custom_alias: 'counted' });
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await page.getByText('All is well').waitFor();
  await fetch(`${service.url}/${short_code}`, { redirect: 'manual' });
  await page.locator('tr', { hasText: 'counted' }).locator('.clicks', { hasText: '1' }).waitFor();
  await add({ title: 'Of another one' });
  await page.getByRole('button', { name: '1 new link: show' }).click();
  await page.locator('tbody').getByText('Of another one').waitFor();
});
