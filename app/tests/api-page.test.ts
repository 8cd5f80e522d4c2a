import { execFileSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { lookAt } from './clicks/history.ts';
import { paste } from './support/curl.ts';
import { startTestService } from './support/service.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { until } from './support/until.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'api.md');

async function hasPartition(databaseUrl: string): Promise<boolean> {
  await using database = await lookAt(databaseUrl);
  const { rows } = await sql`
    select from pg_inherits where inhparent = 'events'::regclass and inhrelid <> 'events_default'::regclass`.execute(
    database.db,
  );
  return rows.length > 0;
}

/** Puts a key into a file as the page says, from what is typed; answers what is then added to each example. */
async function putKey(text: string, folder: string, key: string): Promise<string> {
  const [command = ''] = /^\(umask .*$/m.exec(text) ?? [];
  execFileSync('/bin/sh', ['-c', command], { cwd: folder, input: `${key}\n` });
  expect((await stat(join(folder, 'key'))).mode & 0o077).toBe(0);
  return ` ${/add `(-H [^`]*)`/.exec(text)?.[1]}`;
}

const adminKey = 'a-key-of-sixteen-and-more';

test.each([
  ['without keys', {}, async () => ''],
  ['with a key, which no program is given as a word', { auth: true, apiKey: adminKey }, putKey],
] as const)("each example of the API's page does what the page says, %s", async (_how, settings, prepare) => {
  const text = await readFile(page, 'utf8');
  const examples = text.split('\n').filter((line) => line.startsWith('curl '));
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'links.csv'), 'original_url\nhttps://example.com/c\n');
  const added = await prepare(text, folder.path, adminKey);
  await using service = await startTestService(settings);
  // A url that comes while its month gets a partition is written again, and has the next id.
  await until(() => hasPartition(service.databaseUrl));
  const seen: string[] = [];
  for (const example of examples) {
    const answer = await paste(`${example}${added}`, service.url, folder.path);
    seen.push(`${answer.status} ${(await answer.text()).slice(0, 1)}`);
  }
  expect(seen).toEqual([
    ...['201 {', '201 {', '201 {'],
    ...['302 ', '200 <', '200 <'],
    ...['200 [', '200 {'],
    ...['200 {', '204 '],
    ...['201 {', '200 i'],
  ]);
});
