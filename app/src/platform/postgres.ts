import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { type Breaker, isBreakerError } from './breaker.ts';
import { databaseSocket } from './remembered-lookup.ts';
import { noTracing, type RunInSpan } from './tracing.ts';
import { createWaits, type Waits } from './waits.ts';

type Options = {
  url: string;
  poolSize: number;
  /** Longest wait for one query and for a free connection, in milliseconds; three times that for a commit. */
  timeout: number;
  /** Name shown in pg_stat_activity. */
  name: string;
  breaker: Breaker;
  /** Told of waits for a connection that others have. */
  waits?: Waits;
  /** Makes each query a step of the traced request that asks it. */
  span?: RunInSpan;
};

export type Postgres<DB> = AsyncDisposable & { db: Kysely<DB>; pool: pg.Pool };

type Guarding = Required<Pick<Options, 'breaker' | 'span' | 'timeout'>>;

const int8 = 20;

/** Ids and counts fit a double for the next thousand years, and JSON has nothing else. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig;

/** SQLSTATE classes that say the server is going, gone, full or lets nobody in, not that a statement was wrong. */
const lost = /^(08|28|57P|53)/;

/** Whether an error means that Postgres could not answer, rather than that it refused a statement. */
export function isPostgresDown(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (isBreakerError(error)) return true;
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return lost.test(code) || code === '57014';
  // A name that is not found, too: a container that is gone has none.
  if (typeof code === 'string' && /^E(AI_)?[A-Z]+$/.test(code)) return true;
  return typeof message === 'string' && /timeout|timed out|Connection terminated|not queryable/i.test(message);
}

/** Whether Postgres takes no changes now, as while it is copied to another version; it answers what is only read. */
export const isReadOnly = (error: unknown): boolean => (error as { code?: unknown }).code === '25006';

/** Whether Postgres itself gave a statement up after its time: so it is there. */
export const isTimeUp = (error: unknown): boolean => (error as { code?: unknown }).code === '57014';

/** Statements are parameterised: their text holds no values. */
const describe = (statement: unknown): Record<string, string> => ({
  'db.system.name': 'postgresql',
  'db.query.text': String(statement).slice(0, 1_000),
});

const preparedName = /^\/\* (\w+) \*\//;

/**
 * A statement that begins with a comment of one word is prepared under it once a connection: Postgres parses it no more.
 * Nor does it plan it, from the sixth time on, where a plan for any values looks as good as one for these: so for a url by
 * its id and a user's urls, and not for all urls or users, whose limit it would have to guess. For short statements asked
 * all the time, with their columns named: `*` fails when a migration adds one.
 */
function preparedAs([text, values, ...rest]: readonly unknown[]): unknown[] {
  const name = typeof text === 'string' ? preparedName.exec(text)?.[1] : undefined;
  return name ? [{ name, text, values }, ...rest] : [text, values, ...rest];
}

/**
 * A commit waits for the disk, which every other one waits for as well, and has mostly been done when it is given up:
 * whoever is told that it failed does it once more. So it may take longer than a statement.
 */
const commitTimes = 3;

function commitWithin(asked: unknown[], timeout: number): unknown[] {
  const [text, values, ...rest] = asked;
  return text === 'commit' ? [{ text, values, query_timeout: commitTimes * timeout }, ...rest] : asked;
}

/**
 * A client whose every query passes the breaker. After a failure that leaves the connection in doubt (a time-out: the
 * answer may still come) it goes back to the pool as broken, so that nobody reads another's answer.
 */
function guard(client: pg.PoolClient, { breaker, span, timeout }: Guarding): PostgresPoolClient {
  let broken = false;
  const query = async (...args: unknown[]) => {
    try {
      const asked = commitWithin(preparedAs(args), timeout);
      const run = () => breaker.run(() => (client.query as (...a: unknown[]) => Promise<unknown>)(...asked));
      return await span('postgres', describe(args[0]), run);
    } catch (error) {
      broken ||= isPostgresDown(error);
      throw error;
    }
  };
  const guarded = {
    query: (...args: unknown[]) => (args[0] instanceof Cursor ? client.query(args[0]) : query(...args)),
    release: () => client.release(broken),
  };
  return guarded as unknown as PostgresPoolClient;
}

/** A pool and a query builder over it. Queries fail after `timeout`, or at once while the breaker is open. */
export function createPostgres<DB>({
  url,
  poolSize,
  timeout,
  name,
  breaker,
  waits = createWaits(() => performance.now()),
  span = noTracing.span,
}: Options): Postgres<DB> {
  const pool = new pg.Pool({
    connectionString: url,
    stream: databaseSocket,
    max: poolSize,
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    statement_timeout: timeout,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: name,
    // Compiling a statement costs more than any of ours takes: it made writing a batch's sums three times as dear.
    options: '-c jit=off',
    types,
  });
  // An idle connection that breaks is dropped by the pool; the next query tells whether Postgres is there.
  pool.on('error', () => {});
  // The same for one that is lent out and has no query under way, as between two of a transaction.
  pool.on('connect', (client) => client.on('error', () => {}));
  const isTaken = () => pool.totalCount >= poolSize && pool.idleCount <= pool.waitingCount;
  const connect = (): Promise<pg.PoolClient> => {
    if (isTaken()) return waits.during(pool.connect());
    // A connection that is made, which may take long where Postgres is away, is no queue.
    waits.none();
    return pool.connect();
  };
  const guardedPool: PostgresPool = {
    connect: async () => guard(await breaker.run(connect), { breaker, span, timeout }),
    end: () => pool.end(),
    options: pool.options,
  };
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: guardedPool, cursor: Cursor }) });
  return { db, pool, [Symbol.asyncDispose]: () => db.destroy() };
}
