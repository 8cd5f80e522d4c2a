import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { call } from '../support/api.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { fillWithLinks } from '../support/fill.ts';
import { startTestService, type TestService } from '../support/service.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const stack = new AsyncDisposableStack();
let browser: TestBrowser;
let service: TestService;

beforeAll(async () => {
  browser = stack.use(await startBrowser());
  service = stack.use(await startTestService());
  await fillWithLinks(service, 30);
  await call(service, 'PUT', '/urls/30', { is_active: false, title: 'Überschrift '.repeat(20).trim() });
  await call(service, 'POST', '/users', { username: 'ada', email: 'ada@example.com' });
  await fetch(`${service.url}/fill29`, { redirect: 'manual' });
});
afterAll(() => stack.disposeAsync());

/** What is there when a view is. */
const views: Record<string, string> = {
  links: 'tbody tr',
  'links/29': '.chart canvas',
  events: 'tbody tr',
  users: 'tbody tr',
  keys: 'form.sign-in',
  tester: 'form.call',
  status: '.store.up',
};

async function show(page: Page, view: string): Promise<void> {
  await page.evaluate(`location.assign('#/${view}')`);
  await page
    .locator(views[view] ?? 'main')
    .first()
    .waitFor();
  await page.getByText('All is well').first().waitFor();
}

type Violation = { id: string; nodes: { html: string; failureSummary: string }[] };

const rules = {
  light: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  // Beside colours nothing is another.
  dark: ['color-contrast'],
};

async function violations(page: Page, theme: keyof typeof rules): Promise<string[]> {
  const run = `axe.run(document, { runOnly: ${JSON.stringify(rules[theme])} })`;
  const { violations: found } = (await page.evaluate(run)) as { violations: Violation[] };
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

const themes = ['light', 'dark'] as const;

test.each(themes)('nobody is shut out of any view, %s', async (colorScheme) => {
  // axe comes as a script of the test's: the page's own policy would refuse it.
  await using tab = await browser.open(service.url, 'links', { colorScheme, bypassCSP: true });
  const { page } = tab;
  await page.addScriptTag({ path: axe });
  const found: Record<string, string[]> = {};
  for (const view of Object.keys(views)) {
    await show(page, view);
    found[view] = await violations(page, colorScheme);
  }
  await show(page, 'links');
  await page.getByRole('button', { name: 'More options' }).click();
  await page.getByLabel('Select all on this page').check();
  await page.getByRole('button', { name: 'Edit' }).nth(1).click();
  found['links, all of it open'] = await violations(page, colorScheme);
  await page.getByRole('button', { name: 'QR code' }).nth(2).click();
  await page.getByRole('dialog').waitFor();
  found['a dialog'] = await violations(page, colorScheme);
  expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
});

test.each(themes)('nor from the keys, or from signing in, %s', async (colorScheme) => {
  const adminKey = 'an-admin-key-of-the-environment';
  await using closed = await startTestService({ auth: true, apiKey: adminKey });
  await call(closed, 'POST', '/keys', { name: 'a', scopes: ['read'] }, { 'X-API-Key': adminKey });
  await using tab = await browser.open(closed.url, 'keys', { colorScheme, bypassCSP: true });
  const { page } = tab;
  await page.addScriptTag({ path: axe });
  await page.getByLabel('API key').fill('nonsense');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(await violations(page, colorScheme)).toEqual([]);
  await page.getByLabel('API key').fill(adminKey);
  await page.keyboard.press('Enter');
  await page.locator('tbody tr').waitFor();
  await page.getByText('All is well').waitFor();
  expect(await violations(page, colorScheme)).toEqual([]);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').waitFor();
  expect(await violations(page, colorScheme)).toEqual([]);
});

test.each([360, 800, 1600])(
  'at %d pixels, from either side, nothing has to be looked for beyond the edge',
  async (width) => {
    await using tab = await browser.open(service.url, 'links', { viewport: { width, height: 800 } });
    const { page } = tab;
    for (const dir of ['ltr', 'rtl']) {
      await page.evaluate(`document.documentElement.dir = '${dir}'`);
      for (const view of Object.keys(views)) {
        await show(page, view);
        const beyond = await page.evaluate(
          'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
        );
        expect([dir, view, beyond]).toEqual([dir, view, 0]);
        const section = page.locator('nav [aria-current]');
        const { x, width: wide } = (await section.boundingBox()) ?? { x: -1, width: 0 };
        expect([dir, view, x >= 0 && x + wide <= width]).toEqual([dir, view, true]);
      }
    }
    expect(tab.complaints).toEqual([]);
  },
);

test('the colours are those of the system, or those that were chosen, also after a reload', async () => {
  await using tab = await browser.open(service.url, 'links', { colorScheme: 'dark' });
  const { page } = tab;
  const scheme = () => page.evaluate('getComputedStyle(document.documentElement).colorScheme');
  await page.getByRole('button', { name: 'Colours: As the system' }).click();
  expect(await scheme()).toBe('light');
  await page.reload();
  await page.getByRole('button', { name: 'Colours: Light' }).waitFor();
  expect(await scheme()).toBe('light');
});
