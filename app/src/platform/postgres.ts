import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import Cursor from 'pg-cursor';
import type { Breaker } from './breaker.ts';
import { AnswerTooLate, isGivenUp, isGivenUpOn, isPostgresDown, isTimeUp, QueueTooLong } from './postgres-failure.ts';
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

type Guarding = Required<Pick<Options, 'breaker' | 'span' | 'timeout'>> & {
  /** When the last statement of any connection was answered, in milliseconds. */
  answers: { last: number };
};

const int8 = 20;

/** Ids and counts fit a double for the next thousand years, and JSON has nothing else. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig;

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

/** Postgres ends a statement a little before it is waited for no longer: so it is known to be there, and its connection stays. */
const serverShare = 0.9;

function commitWithin(asked: unknown[], timeout: number): unknown[] {
  const [text, values, ...rest] = asked;
  return text === 'commit' ? [{ text, values, query_timeout: commitTimes * timeout }, ...rest] : asked;
}

type Asking = Pick<Guarding, 'answers' | 'timeout'>;

/** Asks, and tells an answer that does not come while others do from a Postgres that has answered nobody for long. */
async function ask(client: pg.PoolClient, asked: unknown[], { answers, timeout }: Asking): Promise<unknown> {
  try {
    const answer = await (client.query as (...a: unknown[]) => Promise<unknown>)(...asked);
    answers.last = performance.now();
    return answer;
  } catch (cause) {
    if (isGivenUpOn(cause) && performance.now() - answers.last < timeout / 2)
      throw new AnswerTooLate('no answer in time', { cause });
    throw cause;
  }
}

/**
 * A client whose every query passes the breaker. After a failure that leaves the connection in doubt (a time-out: the
 * answer may still come) it goes back to the pool as broken, so that nobody reads another's answer.
 */
function guard(client: pg.PoolClient, { breaker, span, ...asking }: Guarding): PostgresPoolClient {
  let broken = false;
  const query = async (...args: unknown[]) => {
    try {
      const asked = commitWithin(preparedAs(args), asking.timeout);
      return await span('postgres', describe(args[0]), () => breaker.run(() => ask(client, asked, asking)));
    } catch (error) {
      // What Postgres itself ended leaves nothing to come.
      broken ||= isPostgresDown(error) && !isTimeUp(error);
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
    statement_timeout: Math.floor(serverShare * timeout),
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
  const queue = async (): Promise<pg.PoolClient> => {
    const before = waits.served;
    try {
      return await waits.during(pool.connect());
    } catch (cause) {
      if (isGivenUp(cause) && waits.served > before) throw new QueueTooLong('no connection came free', { cause });
      throw cause;
    }
  };
  const connect = (): Promise<pg.PoolClient> => {
    if (isTaken()) return queue();
    // A connection that is made, which may take long where Postgres is away, is no queue.
    waits.none();
    return pool.connect();
  };
  const guarding = { breaker, span, timeout, answers: { last: Number.NEGATIVE_INFINITY } };
  const guardedPool: PostgresPool = {
    connect: async () => guard(await breaker.run(connect), guarding),
    end: () => pool.end(),
    options: pool.options,
  };
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: guardedPool, cursor: Cursor }) });
  return { db, pool, [Symbol.asyncDispose]: () => db.destroy() };
}
