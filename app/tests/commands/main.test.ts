import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { seedData } from '../support/seed-data.ts';
import { createTestDatabase } from '../support/stores.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runVerb } from '../support/verb.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** More links than the heap can hold: only who serves keeps any, and says so. */
const tooMuch = { L1_ENTRIES: '1000000', NODE_OPTIONS: '--max-old-space-size=96' };

/** A verb in a process of its own. */
function start(databaseUrl: string, ...argv: string[]) {
  const env = { PATH: process.env['PATH'], BASE_URL: 'https://sho.rt', DATABASE_URL: databaseUrl, ...tooMuch };
  const child = spawn(process.execPath, [main, ...argv], { env, timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, errors: text(child.stderr) };
}

test.each([
  ['a verb that there is not', ['sing'], 2, /^usage: .* dev \| serve/],
  ['arguments that are wrong', ['seed', '--fast'], 1, /^Unknown option '--fast'/],
  ['a database that does not answer', ['migrate'], 1, /ECONNREFUSED/],
  ['more to keep than memory has', ['serve'], 1, /^L1_ENTRIES and CLICK_BUFFER may take \d+ MB, more than half/],
])('%s: said on the error output, and the exit code tells', async (_, argv, code, said) => {
  const { child, ended, errors } = start('postgres://postgres@127.0.0.1:1/none', ...argv);
  const output = text(child.stdout);
  expect([await ended, await output, await errors]).toEqual([code, '', expect.stringMatching(said)]);
});

test('an export into a pipe that somebody closes early ends well', async () => {
  await using database = await createTestDatabase();
  await using folder = await temporaryFolder();
  const data = seedData({ users: 1, urls: 3_000, events: 3_000 });
  for (const [name, content] of Object.entries(data)) await writeFile(join(folder.path, name), content);
  await runVerb(database.url, 'seed', folder.path);
  const { child, ended, errors } = start(database.url, 'export');
  const [beginning] = await once(child.stdout, 'data');
  expect(String(beginning)).toMatch(/^id,user_id,short_code,/);
  child.stdout.destroy();
  expect([await ended, await errors]).toEqual([0, '']);
});
