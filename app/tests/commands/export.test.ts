import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { seedData } from '../support/seed-data.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { createTestDatabase } from '../support/stores.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { runVerb } from '../support/verb.ts';

let folder: TemporaryFolder;
let service: TestService;
let dump: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  service = await startTestService();
  for (const [name, content] of Object.entries(seedData({ users: 10, urls: 1_300, events: 3_000 }))) {
    await writeFile(join(folder.path, name), content);
  }
  await runVerb(service.databaseUrl, 'seed', folder.path);
  await call(service, 'POST', '/urls', { original_url: 'https://example.org', title: '=1+1 "\\ü\u2028', tags: ['a'] });
  await call(service, 'DELETE', '/urls/3');
  await runVerb(service.databaseUrl, 'key', 'make', 'ci', '--scopes', 'read');
  dump = join(folder.path, 'all.ndjson');
  expect(await runVerb(service.databaseUrl, 'export', '--all', dump)).toEqual({ code: 0, output: '', errors: '' });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function rowsOf(url: string, table: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(`select to_jsonb(t) - 'id' as row from ${table} t order by 1`)).rows;
  } finally {
    await client.end();
  }
}

test('urls go to the standard output or into a file, the same in both', async () => {
  const file = join(folder.path, 'urls.ndjson');
  const { output } = await runVerb(service.databaseUrl, 'export', '--format', 'ndjson');
  expect(output.trim().split('\n')).toHaveLength(1_300);
  await runVerb(service.databaseUrl, 'export', '--format', 'ndjson', file);
  expect(await readFile(file, 'utf8')).toBe(output);
  expect((await runVerb(service.databaseUrl, 'export')).output).toMatch(/^id,user_id,short_code,/);
});

test('what is exported as a file of urls can be imported elsewhere', async () => {
  await using other = await createTestDatabase();
  const file = join(folder.path, 'urls.csv.out');
  await runVerb(service.databaseUrl, 'export', file);
  const { output } = await runVerb(other.url, 'import', '--new-ids', file);
  expect(output).toContain('1300 read, 1300 imported, 0 skipped');
});

const whole = [
  'users',
  'urls',
  'deleted_urls',
  'events',
  'url_counters',
  'url_hours',
  'url_shares',
  'api_keys',
  'code_secrets',
];

test('everything comes over into an empty database, and goes on there', async () => {
  await using other = await createTestDatabase();
  expect(await runVerb(other.url, 'import', dump)).toMatchObject({ code: 0, errors: '' });
  for (const table of whole) {
    const rows = await rowsOf(service.databaseUrl, table);
    expect(rows.length).toBeGreaterThan(0);
    expect(await rowsOf(other.url, table)).toEqual(rows);
  }
  await using moved = await startTestService({ databaseUrl: other.url });
  const created = await call(moved, 'POST', '/urls', { original_url: 'https://example.org/new', user_id: 1 });
  expect(created.status).toBe(201);
  expect((created.body as { id: number }).id).toBeGreaterThan(1_301);
  expect((await call(moved, 'GET', '/urls?per_page=1')).headers.get('x-total-count')).toBe('1301');
});

test('only its owner can read a file of everything', async () => {
  expect((await stat(dump)).mode & 0o777).toBe(0o600);
});

test('a file of everything is refused by a database that has anything', async () => {
  const before = await rowsOf(service.databaseUrl, 'urls');
  expect(await runVerb(service.databaseUrl, 'import', dump)).toMatchObject({
    code: 1,
    errors: 'the database has users, urls or events: nothing was imported\n',
  });
  expect(await rowsOf(service.databaseUrl, 'urls')).toEqual(before);
});

test.each([
  ['that is cut off', (lines: string[]) => lines.slice(0, -1), 'ends before its end'],
  ['that lacks an event', (lines: string[]) => lines.toSpliced(-6, 1), 'ends before its end'],
  ['that lacks a user', (lines: string[]) => lines.toSpliced(2, 1), 'contradicts itself'],
  [
    'with a line of nobody',
    (lines: string[]) => lines.toSpliced(5, 1, '{"table":"pg_class","row":{}}'),
    'not one of ours',
  ],
  ['of another format', (lines: string[]) => lines.with(0, '{"shortstack":99}'), 'a format'],
  [
    'of a newer release',
    (lines: string[]) => lines.with(0, (lines[0] ?? '').replace('"schema":[', '"schema":["999_later.sql",')),
    'newer release',
  ],
])('of a file of everything %s nothing is imported', async (_, change, sentence) => {
  await using other = await createTestDatabase();
  const damaged = join(folder.path, 'damaged.ndjson');
  const lines = (await readFile(dump, 'utf8')).trimEnd().split('\n');
  await writeFile(damaged, `${change(lines).join('\n')}\n`);
  const { code, errors } = await runVerb(other.url, 'import', damaged);
  expect([code, errors]).toEqual([1, expect.stringContaining(sentence)]);
  expect(await rowsOf(other.url, 'users')).toEqual([]);
});

test('a file that cannot be written leaves nothing behind', async () => {
  const { code, errors } = await runVerb(service.databaseUrl, 'export', join(folder.path, 'no', 'such', 'folder'));
  expect([code, errors]).toEqual([1, expect.stringContaining('cannot write')]);
  expect((await readdir(folder.path)).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test('help says how, and wrong arguments too', async () => {
  expect(await runVerb('', 'export', '--help')).toMatchObject({ code: 0, output: expect.stringContaining('--all') });
  for (const args of [['a', 'b'], ['--format', 'xml'], ['--fast']]) {
    expect(await runVerb('', 'export', ...args)).toMatchObject({ code: 1, errors: expect.stringContaining('usage') });
  }
});
