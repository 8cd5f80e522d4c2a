import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

const folder = join(import.meta.dirname, 'migrations');
/** Any constant will do, as long as every release takes the same one. */
const advisoryLock = 7_310_579;

type Migration = { name: string; sql: string };

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}_[a-z_0-9]+\.sql$/.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(folder, name), 'utf8') })));
}

async function applied(client: pg.Client): Promise<Set<string>> {
  await client.query(
    'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())',
  );
  const { rows } = await client.query<{ name: string }>('select name from schema_migrations');
  return new Set(rows.map(({ name }) => name));
}

async function apply(client: pg.Client, { name, sql }: Migration): Promise<void> {
  await client.query('begin');
  try {
    // A migration waits for a lock briefly or not at all: behind it every redirect's miss would queue.
    await client.query("set local lock_timeout = '5s'");
    await client.query(sql);
    await client.query('insert into schema_migrations (name) values ($1)', [name]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`migration ${name} failed and changed nothing: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Applies the numbered migrations that the database lacks, each in a transaction of its own, and answers their names.
 * An advisory lock makes a second caller wait until the first is done, and then find nothing left to do.
 */
export async function migrate(connectionString: string, log: (message: string) => void = () => {}): Promise<string[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // Shows in the statement that fails; without a listener it would end the process.
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    const done = await applied(client);
    const pending = (await readMigrations()).filter(({ name }) => !done.has(name));
    for (const migration of pending) {
      await apply(client, migration);
      log(`migrated ${migration.name}`);
    }
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** The newest migration that this release knows: a database without it is older than the code. */
export const newestMigration = async (): Promise<string> => (await readMigrations()).at(-1)?.name ?? '';
