import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { query } from '../support/query.ts';
import { sharedStores } from '../support/shared-stores.ts';
import { createTestDatabase } from '../support/stores.ts';
import { until } from '../support/until.ts';
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
  const names = (await readdir(folder)).filter((name) => /^\w+\.sql$/.test(name)).sort();
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

/** A database of the release before the indexes of its lists, which are made on urls too. */
async function beforeLists() {
  const database = await createTestDatabase();
  await query(
    database.url,
    'drop index urls_search_idx, urls_inactive_idx, events_type_id_idx, events_occurred_at_idx',
  );
  await query(database.url, "delete from schema_migrations where name = '013_lists.sql'");
  return database;
}

/** Everything in the schema, and which migrations the database has. */
const schema = (url: string) =>
  query(url, 'select relname as name from pg_class union all select name from schema_migrations order by 1');

test('somebody holds a lock on urls: it ends soon, has changed nothing, and says whose it is; after that it works', async () => {
  await using database = await beforeLists();
  const before = await schema(database.url);
  const holder = new pg.Client({ connectionString: database.url, application_name: 'a report' });
  holder.on('error', () => {});
  await holder.connect();
  await holder.query('begin; lock table urls in access exclusive mode');
  const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid;
  const began = performance.now();
  const { code, errors } = await runVerb(database.url, 'migrate');
  expect(performance.now() - began).toBeLessThan(20_000);
  expect([code, errors]).toEqual([
    1,
    expect.stringMatching(
      new RegExp(
        `^migration 013_lists.sql changed nothing: .* session ${pid} \\(\\w+, a report, idle in transaction since \\S+Z\\).*` +
          `run it again.*select pg_terminate_backend\\(${pid}\\)`,
      ),
    ),
  ]);
  expect(await schema(database.url)).toEqual(before);
  await holder.query('commit');
  await holder.end();
  expect(await runVerb(database.url, 'migrate')).toMatchObject({ code: 0, output: 'migrated 013_lists.sql\n' });
});

const columns = 'url_id_type_id_idx';
const partitionIndexes = `select indisvalid from pg_index join pg_class on pg_class.oid = indexrelid
  where relname like '%${columns}'`;

/** A database of the release before the index. */
async function beforeIndex() {
  const database = await createTestDatabase();
  await query(database.url, `drop index events_${columns}`);
  await query(database.url, "delete from schema_migrations where name = '080_events_of_urls.sql'");
  return database;
}

test('an index of the history is made while others write into it', async () => {
  await using database = await beforeIndex();
  const writer = new pg.Client({ connectionString: database.url });
  await writer.connect();
  const write = "insert into events (event_type) values ('a note')";
  await writer.query(`begin; ${write}`);
  const migrated = runVerb(database.url, 'migrate');
  const isMaking = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like 'create index%'`;
  await until(async () => (await query(database.url, isMaking)).length === 1);
  await query(database.url, `set statement_timeout = '2s'; ${write}`);
  await writer.query('commit');
  await writer.end();
  expect(await migrated).toMatchObject({ code: 0 });
  const made = await query(database.url, partitionIndexes);
  expect(made.length).toBeGreaterThan(4);
  expect(made).toEqual(Array(made.length).fill({ indisvalid: true }));
});

test('an index that a run before left half made is made anew', async () => {
  await using database = await beforeIndex();
  const half = `create index events_default_${columns} on events_default (url_id);
    update pg_index set indisvalid = false where indexrelid = 'events_default_${columns}'::regclass`;
  await query(database.url, half);
  expect(await runVerb(database.url, 'migrate')).toMatchObject({ code: 0 });
  const made = await query(database.url, partitionIndexes);
  expect(made).toEqual(Array(made.length).fill({ indisvalid: true }));
});

test('two migrate at once, and both find everything there in the end', async () => {
  await using database = await beforeIndex();
  const both = await Promise.all([runVerb(database.url, 'migrate'), runVerb(database.url, 'migrate')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
});
