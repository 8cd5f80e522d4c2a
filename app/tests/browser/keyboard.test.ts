import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { call } from '../support/api.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { startTestService, type TestService } from '../support/service.ts';

const stack = new AsyncDisposableStack();
let browser: TestBrowser;
let service: TestService;

beforeAll(async () => {
  browser = stack.use(await startBrowser());
  service = stack.use(await startTestService());
});
afterAll(() => stack.disposeAsync());

const adminKey = 'an-admin-key-of-the-environment';
const mostTabs = 60;
const focused = `(document.activeElement?.labels?.[0] ?? document.activeElement)?.textContent`;

/** Goes on with the tabulator until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let tabs = 0; tabs < mostTabs; tabs += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(focused)) === name) return;
  }
  throw new Error(`no way to ${name} by keyboard`);
}

test('a link is made, edited, looked at and deleted without a mouse', async () => {
  await using tab = await browser.open(service.url);
  const { page } = tab;
  await tabTo(page, 'Skip to the content');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Address to shorten');
  await page.keyboard.type('https://example.com/by-hand');
  await page.keyboard.press('Enter');
  await page.locator('tbody tr').waitFor();
  await tabTo(page, 'Edit');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Title');
  await page.keyboard.type('By hand');
  await page.keyboard.press('Enter');
  await page.locator('tbody').getByText('By hand').waitFor();
  expect(await page.evaluate(focused)).toBe('Edit');
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Undo');
  await page.keyboard.press('Enter');
  await page.locator('tbody tr').waitFor();
  expect(((await call(service, 'GET', '/urls')).body as unknown[]).length).toBe(1);
  await page.getByRole('searchbox').focus();
  await tabTo(page, ((await page.locator('tbody .short').textContent()) ?? '').trim());
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'By hand' }).waitFor();
  expect(await page.evaluate('document.activeElement?.id')).toBe('main');
  expect(tab.complaints).toEqual([]);
});

test('users, keys, events and the tester are worked with without a mouse', async () => {
  await using closed = await startTestService({ auth: true, apiKey: adminKey });
  await using tab = await browser.open(closed.url);
  const { page } = tab;
  const goTo = async (section: string): Promise<void> => {
    await page.getByRole('navigation').getByRole('link').first().focus();
    await page.keyboard.press('Shift+Tab');
    await tabTo(page, section);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: section }).waitFor();
  };
  await tabTo(page, 'API key');
  await page.keyboard.type(adminKey);
  await page.keyboard.press('Enter');
  await page.getByLabel('Address to shorten').waitFor();

  await goTo('Users');
  await tabTo(page, 'Name');
  await page.keyboard.type('ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type('ada@example.com');
  await page.keyboard.press('Enter');
  await page.locator('tbody').getByText('ada@example.com').waitFor();
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await page.locator('tbody').getByText('ada@example.com').waitFor({ state: 'detached' });

  await goTo('API keys');
  await tabTo(page, 'Name');
  await page.keyboard.type('by hand');
  await tabTo(page, 'write');
  await page.keyboard.press('Space');
  await tabTo(page, 'Make a key');
  await page.keyboard.press('Enter');
  const row = page.locator('tr', { hasText: 'by hand' });
  // The default is reading and writing: one scope was taken back.
  await row.getByText('read', { exact: true }).waitFor();

  await goTo('Events');
  await tabTo(page, 'Pause');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Resume' }).waitFor();

  await goTo('API tester');
  await tabTo(page, 'Send');
  await page.keyboard.press('Enter');
  await page
    .getByText(/^[245]\d\d/)
    .first()
    .waitFor();
  expect(tab.complaints).toEqual([]);
});
