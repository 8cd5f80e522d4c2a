import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type HolderWatch, watchHolders } from './lock-holders.ts';

const folder = join(import.meta.dirname, 'migrations');
/** Any constant will do, as long as every release takes the same one. */
const advisoryLock = 7_310_579;
/** How often somebody else's lock is tried, in milliseconds. */
const betweenTries = 100;

/** `ahead` answers the statements that are run before it, each in a transaction of its own. */
type Migration = { name: string; sql: string; ahead: string | undefined };

async function readMigrations(): Promise<Migration[]> {
  const files = await readdir(folder);
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const names = files.filter((name) => /^\d{3}_[a-z_0-9]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const ahead = name.replace(/\.sql$/, '.ahead.sql');
      return { name, sql: await read(name), ahead: files.includes(ahead) ? await read(ahead) : undefined };
    }),
  );
}

async function applied(client: pg.Client): Promise<Set<string>> {
  await client.query(
    'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())',
  );
  const { rows } = await client.query<{ name: string }>('select name from schema_migrations');
  return new Set(rows.map(({ name }) => name));
}

/** Indexes of large tables are made here, concurrently: in a transaction whoever writes would wait for them. */
async function prepare(client: pg.Client, { name, ahead }: Migration, watch: HolderWatch): Promise<void> {
  if (!ahead) return;
  try {
    // It also waits for each transaction that began before it, as an export's: nobody waits behind it meanwhile.
    await client.query("set lock_timeout = '60s'");
    const { rows } = await client.query<{ statement: string }>(ahead);
    for (const { statement } of rows) await client.query(statement);
  } catch (cause) {
    throw (
      watch.explain(cause, `migration ${name} could not be prepared`) ??
      new Error(`migration ${name} could not be prepared: ${(cause as Error).message}`, { cause })
    );
  }
}

/** Tries until it has it: whoever waited in a statement would be waited for by an index that is made concurrently. */
async function takeLock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [advisoryLock]);
    if (rows[0]?.taken) return;
    await sleep(betweenTries);
  }
}

async function apply(client: pg.Client, { name, sql }: Migration, watch: HolderWatch): Promise<void> {
  await client.query('begin');
  try {
    // A migration waits for a lock briefly or not at all: behind it every redirect's miss would queue.
    await client.query("set local lock_timeout = '5s'");
    await client.query(sql);
    await client.query('insert into schema_migrations (name) values ($1)', [name]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw (
      watch.explain(cause, `migration ${name} changed nothing`) ??
      new Error(`migration ${name} failed and changed nothing: ${(cause as Error).message}`, { cause })
    );
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // Shows in the statement that fails; without a listener it would end the process.
  await client.connect();
  return client;
}

async function applyPending(client: pg.Client, looker: pg.Client, log: (message: string) => void): Promise<string[]> {
  await takeLock(client);
  const done = await applied(client);
  const pending = (await readMigrations()).filter(({ name }) => !done.has(name));
  await using watch = await watchHolders(looker, client);
  for (const migration of pending) {
    await prepare(client, migration, watch);
    await apply(client, migration, watch);
    log(`migrated ${migration.name}`);
  }
  return pending.map(({ name }) => name);
}

/**
 * Applies the numbered migrations that the database lacks, each in a transaction of its own, and answers their names.
 * An advisory lock makes a second caller wait until the first is done, and then find nothing left to do. Throws LockedOut
 * when somebody else's lock is in the way for longer than whoever waits behind us should wait.
 */
export async function migrate(connectionString: string, log: (message: string) => void = () => {}): Promise<string[]> {
  await using clients = new AsyncDisposableStack();
  const open = async () => clients.adopt(await connect(connectionString), (client) => client.end());
  return await applyPending(await open(), await open(), log);
}

/** The newest migration that this release knows: a database without it is older than the code. */
export const newestMigration = async (): Promise<string> => (await readMigrations()).at(-1)?.name ?? '';
