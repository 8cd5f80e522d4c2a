import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { startTestService, type TestService } from '../support/service.ts';

const stack = new AsyncDisposableStack();
let browser: TestBrowser;
let service: TestService;
let id: number;
let other: number;
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';

/** A click an hour for sixty days, and as many again in the last thirty. */
async function fillWithHistory(urlId: number): Promise<void> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query(
    `insert into url_hours (url_id, hour, clicks, bots)
     select $1, h, case when h >= date_trunc('day', now(), 'UTC') - interval '29 days' then 2 else 1 end, 0
     from generate_series(date_trunc('day', now(), 'UTC') - interval '59 days',
                          date_trunc('day', now(), 'UTC') + interval '23 hours', interval '1 hour') h`,
    [urlId],
  );
  await client.query(
    `insert into url_shares (url_id, day, kind, value, clicks)
     values ($1, current_date, 'agent', 'Chrome|Windows|desktop', 7), ($1, current_date, 'referrer', 'news.example', 5)`,
    [urlId],
  );
  await client.end();
}

/** Nine clicks on two days, and one on the day after. */
async function fillTwoDays(urlId: number): Promise<void> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query(
    `insert into url_hours (url_id, hour, clicks, bots)
     values ($1, '2026-03-01T00:00Z', 5, 4), ($1, '2026-03-02T23:00Z', 4, 0), ($1, '2026-03-03T00:00Z', 1, 0)`,
    [urlId],
  );
  await client.query("insert into url_visitors values ($1, '2026-03-01', 1), ($1, '2026-03-02', 2)", [urlId]);
  await client.end();
}

beforeAll(async () => {
  browser = stack.use(await startBrowser());
  service = stack.use(await startTestService());
  const { body } = await call(service, 'POST', '/urls', {
    original_url: 'https://example.com/x',
    custom_alias: 'seen',
  });
  ({ id } = body as { id: number });
  const second = await call(service, 'POST', '/urls', { original_url: 'https://example.com/z' });
  other = (second.body as { id: number }).id;
  await fillTwoDays(other);
  await fillWithHistory(id);
});
afterAll(() => stack.disposeAsync());

test('clicks over time, against the period before, as a picture and as a table', async () => {
  await using tab = await browser.open(service.url, `links/${id}`);
  const { page } = tab;
  const clicks = page.locator('.figure', { hasText: 'Clicks' }).first();
  await clicks.getByText('1,440').waitFor();
  await clicks.getByText('+100 %').waitFor();
  await page.locator('.chart canvas').waitFor();
  await page.getByText('As a table').click();
  expect(await page.locator('.as-table tbody tr').count()).toBe(30);
  expect(await page.locator('.as-table tbody tr').first().locator('td').allTextContents()).toEqual(['48', '0', '24']);
  expect(tab.complaints).toEqual([]);
});

test('the period and its parts are chosen, and stand in the address', async () => {
  await using tab = await browser.open(service.url, `links/${id}`);
  const { page } = tab;
  await page.getByRole('combobox', { name: 'Period' }).selectOption('week');
  await page.locator('.figure').getByText('336').waitFor();
  await page.getByLabel('By').selectOption('hour');
  await page.getByText('As a table').click();
  await page.locator('.as-table tbody tr').nth(167).waitFor();
  await page.getByLabel('Compare with the period before').uncheck();
  await page.locator('.figure .change').first().waitFor({ state: 'detached' });
  expect(page.url()).toMatch(/range=week&by=hour&compare=no$/);
});

test('where from and with what, most clicks first', async () => {
  await using tab = await browser.open(service.url, `links/${id}`);
  const { page } = tab;
  await page.locator('.card', { hasText: 'Browsers' }).getByText('Chrome').waitFor();
  await page.locator('.card', { hasText: 'Where from' }).getByText('news.example').waitFor();
  expect(await page.locator('.card', { hasText: 'Where from' }).locator('.name').allTextContents()).toEqual([
    ...['news.example', '(direct)'],
  ]);
  for (const [title, value] of Object.entries({ Systems: 'Windows', Devices: 'desktop' })) {
    expect(await page.locator('.card', { hasText: title }).locator('.name').allTextContents()).toEqual([value]);
  }
});

test('days of one own choice, with bots and visitors apart', async () => {
  await using tab = await browser.open(service.url, `links/${other}`);
  const { page } = tab;
  await page.getByRole('combobox', { name: 'Period' }).selectOption('own');
  await page.getByLabel('From', { exact: true }).fill('2026-03-01');
  await page.getByLabel('To', { exact: true }).fill('2026-03-02');
  const figure = (name: string) => page.locator('.figure', { hasText: name }).locator('dd').first();
  await figure('Clicks').getByText('9', { exact: true }).waitFor();
  await figure('Of them bots').getByText('4', { exact: true }).waitFor();
  await figure('Unique visitors').getByText('3', { exact: true }).waitFor();
  expect(page.url()).toMatch(/range=own&by=day&from=2026-03-01&to=2026-03-02$/);
});

test('a click shows at once, a change in the history, and the end of the link', async () => {
  const { body } = await call(service, 'POST', '/urls', {
    original_url: 'https://example.com/y',
    custom_alias: 'live',
  });
  const live = body as { id: number };
  await using tab = await browser.open(service.url, `links/${live.id}`);
  const { page } = tab;
  await page.getByText('None yet.').waitFor();
  await page.getByText('All is well').waitFor();
  await fetch(`${service.url}/live`, { redirect: 'manual', headers: { 'User-Agent': firefox } });
  await page.locator('.feed').getByText('Firefox').waitFor();
  await page.locator('.figure').first().getByText('1').waitFor();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Title').fill('A title');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'A title' }).waitFor();
  await page.getByText('title: null → A title').waitFor();
  await call(service, 'DELETE', `/urls/${live.id}`);
  await page.getByText('There is no such link.').waitFor();
  expect(tab.complaints).toEqual([]);
});
