import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { query } from '../support/query.ts';
import { sharedStores } from '../support/shared-stores.ts';
import { runVerb, runVerbWith } from '../support/verb.ts';
import { withDatabase } from '../support/with-database.ts';

async function emptyDatabase(): Promise<AsyncDisposable & { url: string }> {
  const { postgresUrl } = sharedStores();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await query(postgresUrl, `create database ${name} template template0`);
  return {
    url: withDatabase(postgresUrl, name),
    [Symbol.asyncDispose]: async () => void (await query(postgresUrl, `drop database ${name} with (force)`)),
  };
}

test('an empty database gets every migration, and the second time none', async () => {
  await using database = await emptyDatabase();
  const folder = join(import.meta.dirname, '../../src/platform/migrations');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const first = await runVerb(database.url, 'migrate');
  expect(first).toMatchObject({ code: 0, errors: '' });
  for (const name of names) expect(first.output).toContain(name);
  expect(await runVerb(database.url, 'migrate')).toEqual({
    code: 0,
    output: 'the schema is up to date\n',
    errors: '',
  });
});

test('a migration that fails is named, and what came before it in the same file is undone', async () => {
  await using database = await emptyDatabase();
  await query(database.url, 'create table urls (something int)');
  await expect(runVerb(database.url, 'migrate')).rejects.toThrow(/^migration \d+\S* failed and changed nothing: /);
  const tables = await query(database.url, `select relname from pg_class where relname in ('users', 'urls')`);
  expect(tables).toEqual([{ relname: 'urls' }]);
});

test('settings that are wrong are all named, and so is a database that is missing', async () => {
  const wrong = await runVerbWith({ PORT: 'many', LOG_LEVEL: 'loud' }, 'migrate');
  expect([wrong.code, wrong.errors]).toEqual([
    1,
    expect.stringMatching(/settings are wrong[\s\S]*PORT[\s\S]*LOG_LEVEL/),
  ]);
  const none = await runVerbWith({}, 'migrate');
  expect([none.code, none.errors]).toEqual([1, expect.stringMatching(/^DATABASE_URL is not set: give/)]);
});
