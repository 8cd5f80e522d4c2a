import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { startRedis } from '../support/stores.ts';

const adminKey = 'an-admin-key-of-the-environment';
const stack = new AsyncDisposableStack();
let browser: TestBrowser;

beforeAll(async () => {
  browser = stack.use(await startBrowser());
});
afterAll(() => stack.disposeAsync());

const original_url = 'https://example.com/x';

test('a session that ends while somebody types: the form waits, with what was typed, for who signs in again', async () => {
  await using service = await startTestService({ auth: true, apiKey: adminKey });
  const admin = { 'X-API-Key': adminKey };
  const made = await call(service, 'POST', '/keys', { name: 'w', scopes: ['write'] }, admin);
  const { id, key } = made.body as { id: number; key: string };
  await call(service, 'POST', '/urls', { original_url, custom_alias: 'typed-in' }, admin);
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await page.getByLabel('API key').fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Edit' }).click();
  const form = page.getByRole('form', { name: 'Edit typed-in' });
  await form.getByLabel('Title').fill('half a sen');
  await call(service, 'DELETE', `/keys/${id}`, undefined, admin);
  await page.getByText('The session is over.').waitFor();
  expect(await form.isVisible()).toBe(false);
  await page.getByLabel('API key').fill(adminKey);
  await page.keyboard.press('Enter');
  expect(await form.getByLabel('Title').inputValue()).toBe('half a sen');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.locator('tbody').getByText('half a sen').waitFor();
});

test('what was typed is gone when somebody signs out', async () => {
  await using service = await startTestService({ auth: true, apiKey: adminKey });
  await using tab = await browser.open(service.url);
  const { page } = tab;
  const signIn = async () => {
    await page.getByLabel('API key').fill(adminKey);
    await page.keyboard.press('Enter');
  };
  await signIn();
  await page.getByLabel('Address to shorten').fill('https://example.com/secret');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await signIn();
  expect(await page.getByLabel('Address to shorten').inputValue()).toBe('');
});

test('over the limit the seconds are counted down, and then the button is there again', async () => {
  await using service = await startTestService({ rateLimit: true, rateLimitCreate: 1 });
  await call(service, 'POST', '/urls', { original_url });
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await page.clock.install();
  await page.getByLabel('Address to shorten').fill(original_url);
  const button = page.getByRole('button', { name: 'Shorten' });
  await button.click();
  const note = page.getByText(/takes more in \d+ s/);
  const left = async () => Number(/(\d+) s/.exec((await note.textContent()) ?? '')?.[1]);
  await note.waitFor();
  const first = await left();
  await page.clock.fastForward(10_000);
  await page.getByText(`takes more in ${first - 10} s`).waitFor();
  expect(await button.isDisabled()).toBe(true);
  await page.clock.fastForward(60_000);
  await note.waitFor({ state: 'detached' });
  expect(await button.isDisabled()).toBe(false);
});

test('a deletion that fails puts the link back into sight, and says why', async () => {
  const service = await startTestService();
  await call(service, 'POST', '/urls', { original_url, custom_alias: 'stays' });
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await page.getByRole('button', { name: 'Delete' }).click();
  const row = page.locator('tbody tr');
  await row.waitFor({ state: 'detached' });
  await service[Symbol.asyncDispose]();
  await row.getByText('stays').waitFor();
  await page.locator('.toast.bad').getByText('No answer from the service').waitFor();
});

test('a store that is down is named at the top, and in the status', async () => {
  const cache = await startRedis();
  await using service = await startTestService({ cacheUrl: cache.url });
  await using tab = await browser.open(service.url);
  const { page } = tab;
  const pill = page.getByRole('status').getByRole('link');
  await pill.getByText('All is well').waitFor();
  await cache[Symbol.asyncDispose]();
  await pill.getByText('Down: Cache').waitFor();
  await page.getByRole('link', { name: 'Status' }).click();
  await page.locator('dt', { hasText: 'Cache' }).locator('+ dd').getByText('down').waitFor();
});

test('over the limit: the seconds until it goes on, and the address stays', async () => {
  await using limited = await startTestService({ rateLimit: true, rateLimitCreate: 1 });
  await using tab = await browser.open(limited.url);
  const { page } = tab;
  for (const path of ['one', 'two']) {
    await page.getByLabel('Address to shorten').fill(`https://example.com/${path}`);
    await page.getByRole('button', { name: 'Shorten' }).click();
    await page
      .getByText(path === 'one' ? 'Short link made' : /takes more in \d+ s/)
      .first()
      .waitFor();
  }
  expect(await page.getByRole('button', { name: 'Shorten' }).isDisabled()).toBe(true);
  expect(await page.getByLabel('Address to shorten').inputValue()).toBe('https://example.com/two');
});

test('many at once over the limit: what is changed stays, and the rest counts down until it goes on', async () => {
  await using limited = await startTestService({ rateLimit: true, rateLimitCreate: 3 });
  const aliases = ['first', 'second'];
  const made = await Promise.all(
    aliases.map((custom_alias) => call(limited, 'POST', '/urls', { original_url, custom_alias })),
  );
  await using tab = await browser.open(limited.url, 'links');
  const { page } = tab;
  await page.getByLabel('Select all on this page').check();
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await page
    .getByRole('group', { name: '2 links selected' })
    .getByText(/takes more in \d+ s/)
    .waitFor();
  const urls = await Promise.all(made.map(({ body }) => call(limited, 'GET', `/urls/${(body as { id: number }).id}`)));
  expect(urls.filter(({ body }) => (body as { is_active: boolean }).is_active)).toHaveLength(1);
});
