import { sql } from 'kysely';
import type { Config } from '../config.ts';
import type { Database, Db } from '../database.ts';
import { createBreaker } from '../platform/breaker.ts';
import { embeddedPlace } from '../platform/embedded-postgres-place.ts';
import { createPostgres } from '../platform/postgres.ts';
import { CommandError } from './command.ts';

/** A command may wait for a statement this long, in milliseconds, unless it says otherwise. */
const usualTimeout = 60_000;

/**
 * The database for a command: the one that DATABASE_URL names, else that of the service which `npm start` runs.
 * Disposing ends the connections. One sentence says what to do where it does not answer.
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  timeout = usualTimeout,
): Promise<AsyncDisposable & { db: Db }> {
  const url = config.databaseUrl ?? embeddedPlace(config.dataDir).url;
  await using stack = new AsyncDisposableStack();
  const breaker = stack.use(createBreaker({ dependency: 'postgres', timeout: 0, onState: () => {} }));
  const name = 'shortstack-command';
  const { db } = stack.use(createPostgres<Database>({ url, poolSize: 2, timeout, name, breaker }));
  await sql`select 1`.execute(db).catch((cause: Error) => {
    const advice = config.databaseUrl ? 'check DATABASE_URL' : 'run `npm start` beside it, or set DATABASE_URL';
    throw new CommandError(`The database does not answer (${cause.message}): ${advice}`, { cause });
  });
  const owned = stack.move();
  return { db, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
