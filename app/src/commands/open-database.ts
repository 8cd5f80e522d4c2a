import { sql } from 'kysely';
import pg from 'pg';
import type { Config } from '../config.ts';
import type { Database, Db } from '../database.ts';
import { createBreaker } from '../platform/breaker.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { embeddedPlace } from '../platform/embedded-postgres-place.ts';
import { migrate, newestMigration } from '../platform/migrator.ts';
import { createPostgres } from '../platform/postgres.ts';
import { CommandError } from './command.ts';

/** A command may wait for a statement this long, in milliseconds, unless it says otherwise. */
const usualTimeout = 60_000;
const undefinedTable = '42P01';

/** The Postgres of the service that runs on this folder, or one that we run meanwhile. */
async function embeddedUrl(dataDir: string, stack: AsyncDisposableStack): Promise<string> {
  const { url } = embeddedPlace(dataDir);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // Shows in what fails here; without a listener it would end the process.
  try {
    await client.connect();
    await client.end();
    return url;
  } catch {
    const started = await startEmbeddedPostgres({ dataDir }).catch((cause: Error) => {
      throw new CommandError(`The database does not answer, and cannot be started: ${cause.message}`, { cause });
    });
    stack.use(started);
    await migrate(started.url);
    return started.url;
  }
}

async function requireSchema(db: Db): Promise<void> {
  const newest = await newestMigration();
  const query = sql<{ name: string }>`select name from schema_migrations where name = ${newest}`.execute(db);
  const { rows } = await query.catch((error: { code?: unknown }) => {
    if (error.code === undefinedTable) return { rows: [] };
    throw error;
  });
  if (rows.length === 0) {
    throw new CommandError('The database has not the schema of this release: run `node app/src/main.ts migrate` first');
  }
}

/**
 * The database for a command: the one that DATABASE_URL names, else that of the service which `npm start` runs, which is
 * started meanwhile where it does not run. Disposing ends the connections. One sentence says what to do where it does
 * not answer, or is of another release.
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  timeout = usualTimeout,
): Promise<AsyncDisposable & { db: Db }> {
  await using stack = new AsyncDisposableStack();
  const url = config.databaseUrl ?? (await embeddedUrl(config.dataDir, stack));
  const breaker = stack.use(createBreaker({ dependency: 'postgres', timeout: 0, onState: () => {} }));
  const name = 'shortstack-command';
  const { db } = stack.use(createPostgres<Database>({ url, poolSize: 2, timeout, name, breaker }));
  await sql`select 1`.execute(db).catch((cause: Error) => {
    const advice = config.databaseUrl ? 'check DATABASE_URL' : 'run `npm start` beside it, or set DATABASE_URL';
    throw new CommandError(`The database does not answer (${cause.message}): ${advice}`, { cause });
  });
  await requireSchema(db);
  const owned = stack.move();
  return { db, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
