import { rmdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { lockDataDir } from './data-lock.ts';
import { findBinaries } from './embedded-postgres-binaries.ts';
import { ensureCluster, ensureSocketDir } from './embedded-postgres-cluster.ts';
import { stopOrphan } from './embedded-postgres-orphan.ts';
import { type EmbeddedPlace, embeddedPlace } from './embedded-postgres-place.ts';
import { type Exit, type Server, type ServerOptions, spawnServer } from './embedded-postgres-server.ts';
import { serverUser } from './embedded-postgres-user.ts';

export type EmbeddedPostgres = AsyncDisposable & {
  /** For pg and kysely; the same one in every process (see `embeddedPlace`). */
  readonly url: string;
  readonly pid: number;
  /** Settles when Postgres has ended, whether we stopped it or not. */
  readonly exited: Promise<Exit>;
};

export type EmbeddedPostgresOptions = {
  readonly dataDir: string;
  readonly log?: (message: string) => void;
  /** Postgres settings that go before ours. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

// Long, because after a crash Postgres first replays its log.
const readyMilliseconds = 300_000;
const lingerMilliseconds = 10_000;

// Memory for a small machine. What keeps data safe (fsync, synchronous_commit, full_page_writes) is on by default.
const ourSettings = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  shared_buffers: '64MB',
  max_connections: '50',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Runs the Postgres of the npm package on `dataDir`, which it makes on the first start, with a database `shortstack`.
 * It listens on a unix socket only. Disposing stops it cleanly; if we are killed, it stops by itself, and what is left
 * is cleared at the next start. Throws one sentence if the folder is in use, cannot be written, or nothing can run here.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => {}, signal } = options;
  const settings = { ...ourSettings, ...options.settings };
  const place = embeddedPlace(options.dataDir, settings.port);
  await using stack = new AsyncDisposableStack();
  stack.use(await lockDataDir(place.dataDir));
  const binaries = await findBinaries();
  const user = await serverUser(binaries, place.dataDir);
  const orphan = await stopOrphan(place, signal);
  if (orphan) log(`stopped the Postgres of an earlier start (process ${orphan})`);
  const sync = options.settings?.['fsync'] !== 'off';
  await ensureCluster({ place, user, binaries, sync, signal });
  await ensureSocketDir(place, user);
  // Empty after a clean stop; after another one it stays for the next start.
  stack.defer(() => rmdir(place.socketDir).catch(() => {}));
  const serverSettings = { ...settings, unix_socket_directories: place.socketDir };
  const server = stack.use(
    await startServer({ postgres: binaries.postgres, place, user, settings: serverSettings, log }, signal),
  );
  await ensureDatabase(place).catch((cause: Error) => {
    throw new Error(`Postgres did not start: ${cause.message}\n${server.tail()}`, { cause });
  });
  const owned = stack.move();
  return { url: place.url, pid: server.pid, exited: server.exited, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A server that takes connections. Waits for sessions that outlived their killed parent: they may still write. */
async function startServer(options: ServerOptions, signal?: AbortSignal): Promise<Server> {
  const deadline = Date.now() + lingerMilliseconds;
  for (;;) {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await spawnServer(options));
    if (await becomesReady(server, signal)) {
      stack.move();
      return server;
    }
    const lingering = server.tail().includes('pre-existing shared memory block');
    if (!lingering || Date.now() > deadline) throw new Error(`Postgres did not start:\n${server.tail()}`);
    await delay(50, undefined, { ...(signal && { signal }) });
  }
}

/** False if it ended instead. */
async function becomesReady(server: Server, signal?: AbortSignal): Promise<boolean> {
  const stop = AbortSignal.any([AbortSignal.timeout(readyMilliseconds), ...(signal ? [signal] : [])]);
  const stopped = Promise.withResolvers<never>();
  const give = (): void => stopped.reject(stop.reason);
  stop.addEventListener('abort', give, { once: true });
  try {
    stop.throwIfAborted();
    const ready = server.ready.then(() => true);
    return await Promise.race([ready, server.exited.then(() => false), stopped.promise]);
  } finally {
    stop.removeEventListener('abort', give);
  }
}

async function ensureDatabase({ url }: EmbeddedPlace): Promise<void> {
  const maintenance = url.replace('/shortstack?', '/postgres?');
  const client = new pg.Client({ connectionString: maintenance, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // Shows in the statement that fails; without a listener it would end the process.
  await client.connect();
  try {
    const { rowCount } = await client.query(`select 1 from pg_database where datname = 'shortstack'`);
    if (!rowCount) await client.query('create database shortstack');
  } finally {
    await client.end();
  }
}
