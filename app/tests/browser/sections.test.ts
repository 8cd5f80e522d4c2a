import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { query } from '../support/query.ts';
import { startTestService, type TestService } from '../support/service.ts';

const adminKey = 'an-admin-key-of-the-environment';
const stack = new AsyncDisposableStack();
let browser: TestBrowser;
let open: TestService;
let closed: TestService;

beforeAll(async () => {
  browser = stack.use(await startBrowser());
  open = stack.use(await startTestService({ apiKey: adminKey, jaegerUrl: 'https://jaeger.example' }));
  closed = stack.use(await startTestService({ auth: true, apiKey: adminKey }));
});
afterAll(() => stack.disposeAsync());

const address = 'https://example.com/x';

test('signed in with a key that is kept nowhere, also after a reload; signed out, nothing is left', async () => {
  await using tab = await browser.open(closed.url);
  const { page, context } = tab;
  await page.getByLabel('API key').fill('not-a-key');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The API key is not valid').waitFor();
  await page.getByLabel('API key').fill(adminKey);
  await page.keyboard.press('Enter');
  await page.getByLabel('Address to shorten').waitFor();
  await page.reload();
  await page.getByLabel('Address to shorten').waitFor();
  const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
  expect(kept).not.toContain(adminKey);
  expect(kept).not.toContain('sst_');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: 'shortstack_session', httpOnly: true, sameSite: 'Strict' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await context.cookies()).toEqual([]);
  expect(tab.complaints).toEqual([]);
});

test('a key that only reads sees no way to write', async () => {
  const made = await call(closed, 'POST', '/keys', { name: 'r', scopes: ['read'] }, { 'X-API-Key': adminKey });
  await using tab = await browser.open(closed.url);
  const { page } = tab;
  await page.getByLabel('API key').fill((made.body as { key: string }).key);
  await page.keyboard.press('Enter');
  await page.getByText('0 links').waitFor();
  expect(await page.getByLabel('Address to shorten').count()).toBe(0);
  await page.getByRole('link', { name: 'API keys' }).click();
  await page.getByText('API keys are managed with an admin key').waitFor();
});

test('of many keys the newest are shown first, and the oldest on the last page', async () => {
  await using service = await startTestService({ auth: true, apiKey: adminKey });
  for (let n = 1; n <= 51; n += 1)
    await call(service, 'POST', '/keys', { name: `key number ${n}`, scopes: ['read'] }, { 'X-API-Key': adminKey });
  await using tab = await browser.open(service.url, 'keys');
  const { page } = tab;
  await page.getByLabel('API key').fill(adminKey);
  await page.keyboard.press('Enter');
  await page.getByText('key number 51').waitFor();
  expect(await page.getByText('key number 1', { exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('key number 1', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.getByText('key number 51').waitFor();
});

test('a key is made, shown once, and revoked; who uses it is signed out', async () => {
  await using tab = await browser.open(closed.url, 'keys');
  const { page } = tab;
  await page.getByLabel('API key').fill(adminKey);
  await page.keyboard.press('Enter');
  await page.getByLabel('Name').fill('of a program');
  await page.getByRole('button', { name: 'Make a key' }).click();
  const key = (await page.locator('.made code').textContent()) ?? '';
  expect(key).toMatch(/^ssk_/);
  await using theirs = await browser.open(closed.url);
  await theirs.page.getByLabel('API key').fill(key);
  await theirs.page.keyboard.press('Enter');
  await theirs.page.getByLabel('Address to shorten').waitFor();
  const row = page.locator('tr', { hasText: 'of a program' });
  // The scopes that are ticked, and nothing else.
  await row.getByText('read, write', { exact: true }).waitFor();
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await row.getByText('revoked').waitFor();
  // By itself, for its stream ends with the key.
  await theirs.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.reload();
  await row.waitFor();
  expect(await page.getByText(key).count()).toBe(0);
});

test('users are added, changed and deleted, and a taken name says so', async () => {
  await call(open, 'POST', '/users', { username: 'taken', email: 'taken@example.com' });
  await using tab = await browser.open(open.url, 'users');
  const { page } = tab;
  const fill = async (name: string): Promise<void> => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('E-mail').fill(`${name}@example.com`);
    await page.keyboard.press('Enter');
  };
  await fill('taken');
  await page.getByRole('alert').waitFor();
  await fill('fresh');
  const row = page.locator('tr', { hasText: 'fresh@example.com' });
  await row.getByRole('button', { name: 'Edit' }).click();
  const form = page.locator('tr.editing');
  await form.getByLabel('Name').fill('renamed');
  await form.getByRole('button', { name: 'Save' }).click();
  await row.getByText('renamed').waitFor();
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  expect(tab.complaints).toEqual([]);
});

test('events come by themselves, wait while they are paused, and are never an old page', async () => {
  await using tab = await browser.open(open.url, 'events');
  const { page } = tab;
  await page.getByText('All is well').waitFor();
  const add = (title: string) => call(open, 'POST', '/urls', { original_url: address, custom_alias: title });
  await add('event-one');
  await page.locator('tbody tr').first().getByText('event-one').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await add('event-two');
  await page.getByRole('button', { name: '1 new event: show' }).click();
  await page.locator('tbody tr').first().getByText('event-two').waitFor();
  await page.getByLabel('Type').selectOption('deleted');
  await page.getByText('No events yet.').waitFor();
  await page.getByLabel('Type').selectOption('created');
  await page.locator('tbody tr').first().getByText('event-two').waitFor();
  await add('event-three');
  await page.locator('tbody tr').first().getByText('event-three').waitFor();
  expect(tab.complaints).toEqual([]);
});

test('the tester sends what the document describes, and shows what came back', async () => {
  await using tab = await browser.open(open.url, 'tester');
  const { page } = tab;
  await page.getByLabel('Operation').selectOption('POST /shorten');
  const body = JSON.parse(await page.getByLabel('Body').inputValue()) as Record<string, unknown>;
  expect(Object.keys(body)).toEqual(['url', 'custom_alias']);
  await page.getByLabel('Body').fill(JSON.stringify({ url: address, custom_alias: 'tested' }));
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('201 Created').waitFor();
  await page.getByText('"short_code": "tested"').waitFor();
  await page.getByLabel('Operation').selectOption('GET /urls/{id}');
  await page.getByLabel('id (path, needed)').fill('999999');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('404 Not Found').waitFor();
});

test('the status names the stores, the replicas and where else to look, and nothing that is not there', async () => {
  await using tab = await browser.open(open.url, 'status');
  const { page } = tab;
  const fact = (name: string) => page.locator('dt', { hasText: name }).locator('+ dd');
  await fact('Postgres').getByText('up').waitFor();
  await fact('Cache').getByText('not configured').waitFor();
  await fact('Replicas').getByText('1').waitFor();
  expect(await page.getByRole('link', { name: /Jaeger/ }).getAttribute('href')).toBe('https://jaeger.example');
  expect(await page.getByRole('link', { name: /Grafana/ }).count()).toBe(0);
});

test('a user with more links than one request may remove is deleted all the same', async () => {
  const { body } = await call(open, 'POST', '/users', { username: 'many', email: 'many@example.com' });
  const { id } = body as { id: number };
  await query(
    open.databaseUrl,
    `insert into urls (user_id, short_code, original_url)
     select ${id}, 'many-' || n, 'https://example.com/' || n from generate_series(1, 40001) as n`,
  );
  await using tab = await browser.open(open.url, 'users');
  const row = tab.page.locator('tr', { hasText: 'many@example.com' });
  await row.getByRole('button', { name: 'Delete' }).click();
  await tab.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  expect((await call(open, 'GET', `/urls?user_id=${id}`)).headers.get('x-total-count')).toBe('0');
  expect((await call(open, 'GET', `/users/${id}`)).status).toBe(404);
});
