import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { createClient } from 'redis';
import { freePort } from './free-port.ts';
import { copyCluster } from './made-cluster.ts';
import { type PostgresServer, runPostgres } from './postgres-server.ts';
import type { RedisProgram } from './redis-program.ts';
import { type RedisServer, runRedis } from './redis-server.ts';
import { sharedDatabases, sharedStores } from './shared-stores.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { withDatabase } from './with-database.ts';

export type TestDatabase = AsyncDisposable & { readonly url: string };

/** A new database with every migration applied, a clone of the run's template. Dropped on dispose, sessions or not. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { postgresUrl, template } = sharedStores();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(postgresUrl, `create database ${name} template ${template}`);
  return {
    url: withDatabase(postgresUrl, name),
    [Symbol.asyncDispose]: () => administer(postgresUrl, `drop database ${name} with (force)`),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * The shared server with an empty numbered database that nobody else of this run has got. (Published messages know no
 * databases: subscribers of other files hear them.)
 */
export async function testRedisUrl(): Promise<string> {
  const { redisUrl } = sharedStores();
  await using counter = await connected(redisUrl);
  const turn = await counter.client.incr('databases-given');
  const url = `${redisUrl}/${1 + ((turn - 1) % (sharedDatabases - 1))}`;
  await using own = await connected(url);
  await own.client.flushDb();
  return url;
}

async function connected(url: string) {
  const client = createClient({ url, socket: { connectTimeout: 5_000, reconnectStrategy: false } });
  client.on('error', () => {}); // Shows in the command that fails.
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.close() };
}

export type RedisOptions = {
  /** After ours, so they win: `['--appendonly', 'yes', '--appendfsync', 'always']`. Default: nothing on disk. */
  readonly args?: readonly string[];
  /** An existing folder that stays. Default: one of its own, gone with it. */
  readonly dir?: string;
  readonly port?: number;
};

/** A Redis-compatible server of the test's own, to pause and to kill. */
export async function startRedis({ args = [], dir, port }: RedisOptions = {}): Promise<RedisServer> {
  await using stack = new AsyncDisposableStack();
  const folder = dir ?? stack.use(await temporaryFolder()).path;
  const program: RedisProgram = sharedStores().redisProgram;
  const server = stack.use(await runRedis(program, { args, dir: folder, port: port ?? (await freePort()) }));
  return lent(server, stack.move());
}

export type PostgresOptions = { readonly settings?: Readonly<Record<string, string>>; readonly port?: number };

/** A Postgres of the test's own, durable, every migration applied, over TCP, to pause and to kill. */
export async function startPostgres({ settings = {}, port }: PostgresOptions = {}): Promise<PostgresServer> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryFolder());
  await copyCluster(sharedStores().cluster, join(path, 'data'));
  const server = stack.use(await runPostgres({ dir: path, port: port ?? (await freePort()), settings }));
  return lent(server, stack.move());
}

/** The server, whose disposal disposes what belongs to it too. */
function lent<T extends AsyncDisposable>(server: T, owned: AsyncDisposableStack): T {
  return Object.create(server, { [Symbol.asyncDispose]: { value: () => owned.disposeAsync() } });
}
