import { readFile, writeFile } from 'node:fs/promises';
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

test("each example of the API's page does what the page says", async () => {
  const examples = (await readFile(page, 'utf8')).split('\n').filter((line) => line.startsWith('curl '));
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'links.csv'), 'original_url\nhttps://example.com/c\n');
  await using service = await startTestService();
  // A url that comes while its month gets a partition is written again, and has the next id.
  await until(() => hasPartition(service.databaseUrl));
  const seen: string[] = [];
  for (const example of examples) {
    const answer = await paste(example, service.url, folder.path);
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
