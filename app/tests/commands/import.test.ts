import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../support/api.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { runVerb } from '../support/verb.ts';

let folder: TemporaryFolder;
let service: TestService;
beforeAll(async () => {
  folder = await temporaryFolder();
  service = await startTestService();
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function importText(name: string, content: string, ...options: string[]) {
  const path = join(folder.path, name);
  await writeFile(path, content);
  return runVerb(service.databaseUrl, 'import', ...options, path);
}

const target = async (code: string): Promise<string | null> =>
  (await fetch(`${service.url}/${code}`, { redirect: 'manual' })).headers.get('location');

test.each([
  ['kutt.csv', 'address,target,description,banned\nkutt1,https://example.org/k,"A, b",false\n', 'kutt', 'kutt1', '/k'],
  ['kutt.json', '[{"address":"kutt2","target":"https://example.org/k2","password":false}]', 'kutt', 'kutt2', '/k2'],
  [
    'shlink.csv',
    'createdAt,domain,shortCode,shortUrl,longUrl,title,tags,visits\n2024-01-02T03:04:05+01:00,s.example,sh1,https://s.example/sh1,https://example.org/s,T,a|b,4\n',
    'shlink',
    'sh1',
    '/s',
  ],
  [
    'yourls.csv',
    'keyword,url,title,timestamp,ip,clicks\nyo1,https://example.org/y,T,2024-01-02 03:04:05,::1,5\n',
    'yourls',
    'yo1',
    '/y',
  ],
  ['plugin.csv', 'source,target,hits\n/yo2/,https://example.org/p,5\n', 'yourls-csv', 'yo2', '/p'],
  ['ours.ndjson', '{"original_url":"https://example.org/o","short_code":"our1"}\n', 'ours', 'our1', '/o'],
])('links of %s are taken over with their codes', async (name, content, origin, code, path) => {
  const { output } = await importText(name, content);
  expect(output).toContain(`columns of ${origin}\n`);
  expect(output).toContain('1 read, 1 imported, 0 skipped');
  expect(await target(code)).toBe(`https://example.org${path}`);
});

test('a code that is taken is told and leads where it led', async () => {
  await call(service, 'POST', '/urls', { original_url: 'https://example.org/first', custom_alias: 'taken' });
  const file = 'keyword,url\ntaken,https://example.org/second\nfree1,https://example.org/free\n';
  const { code, output } = await importText('clash.csv', file);
  expect(code).toBe(0);
  expect(output).toContain('2 read, 1 imported, 1 skipped\n  line 2: short_code: already taken\n');
  expect(await target('taken')).toBe('https://example.org/first');
  expect(await target('free1')).toBe('https://example.org/free');
});

test('the ids of another service of ours clash, unless they are to be new', async () => {
  const file = 'id,user_id,short_code,original_url\n1,77,again1,https://example.org/1\n';
  expect((await importText('ids.csv', file)).output).toContain('user_id: no such user');
  expect((await importText('ids.csv', file, '--new-ids')).output).toContain('1 read, 1 imported, 0 skipped');
  expect(await target('again1')).toBe('https://example.org/1');
});

test('a link with a password and columns that nobody knows are told', async () => {
  const { output } = await importText('secret.csv', 'address,target,password\nsec1,https://example.org,true\n');
  expect(output).toContain('line 2: password');
  expect(await target('sec1')).toBeNull();
  expect((await importText('what.csv', 'link\nhttps://example.org\n')).output).toContain('none of the known columns');
});

test('an imported url has its created event', async () => {
  const urls = (await call(service, 'GET', '/urls?q=yo1')).body as { id: number }[];
  const events = (await call(service, 'GET', `/events?url_id=${urls[0]?.id}&event_type=created`)).body;
  expect(events).toMatchObject([{ timestamp: '2024-01-02T03:04:05.000Z', details: { short_code: 'yo1' } }]);
});

test('a file that is not there, and wrong arguments, are told in a sentence', async () => {
  expect(await runVerb(service.databaseUrl, 'import', '/nowhere.csv')).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^cannot read \/nowhere.csv \(ENOENT.*\)\n$/),
  });
  expect(await runVerb('', 'import', '--help')).toMatchObject({
    code: 0,
    output: expect.stringContaining('--new-ids'),
  });
  for (const args of [[], ['a', 'b'], ['--fast', 'a']]) {
    expect(await runVerb('', 'import', ...args)).toMatchObject({ code: 1, errors: expect.stringContaining('usage') });
  }
});
