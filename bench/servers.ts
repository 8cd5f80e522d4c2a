import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../app/src/platform/migrator.ts';
import { freePort } from '../app/tests/support/free-port.ts';
import { type PostgresServer, runPostgres } from '../app/tests/support/postgres-server.ts';
import { findRedis, thisMachine } from '../app/tests/support/redis-program.ts';
import { type RedisServer, runRedis } from '../app/tests/support/redis-server.ts';
import { endBySignal } from './end-by-signal.ts';
import { nginxConfig } from './nginx-config.ts';
import { answered, type Program, startProgram } from './programs.ts';
import { type Replica, startReplica } from './replica.ts';

/** Everything that a run measures, as it stands in production, on this machine's loopback. */
export type Servers = {
  folder: string;
  /** Ports of nginx: before the replicas, and before the bare servers. */
  edge: { service: number; ceiling: number };
  postgres: PostgresServer;
  cache: RedisServer;
  queue: RedisServer;
  nginx: Program;
  replicas: Replica[];
  bare: Program[];
};

/** As docker-compose.yml sets them; what makes a commit durable stays on. */
const postgresSettings = {
  shared_buffers: '256MB',
  max_connections: '100',
  max_wal_size: '2GB',
  wal_compression: 'on',
};
const cacheArgs = ['--maxmemory', '256mb', '--maxmemory-policy', 'allkeys-lfu'];
const queueArgs = ['--maxmemory', '256mb', '--maxmemory-policy', 'noeviction', '--appendonly', 'yes'];

async function redis(stack: AsyncDisposableStack, folder: string, name: string, args: string[]): Promise<RedisServer> {
  const dir = join(folder, name);
  await mkdir(dir);
  return stack.use(await runRedis(await findRedis(thisMachine), { port: await freePort(), dir, args }));
}

/** How the servers behind nginx are reached, for whoever reads the numbers. */
export const reached = 'nginx reached replicas and bare servers by unix sockets';

const bareSocket = (folder: string, port: number): string => join(folder, `bare-${port}.sock`);

function bareServers(stack: AsyncDisposableStack, folder: string, ports: readonly number[]): Program[] {
  const file = join(import.meta.dirname, 'bare-server.ts');
  const log = join(folder, 'bare.log');
  return ports.map((port) => {
    const args = [file, String(port), '127.0.0.1', bareSocket(folder, port)];
    return stack.use(startProgram({ name: 'bare server', command: process.execPath, args, log }));
  });
}

async function startNginx(folder: string, sites: Parameters<typeof nginxConfig>[1]): Promise<Program> {
  const file = join(folder, 'nginx.conf');
  await writeFile(file, nginxConfig(folder, sites));
  execFileSync('nginx', ['-t', '-q', '-c', file, '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const args = ['-c', file, '-p', folder, '-g', 'daemon off;'];
  return startProgram({ name: 'nginx', command: 'nginx', args, log: join(folder, 'nginx.out') });
}

async function makeFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shortstack-bench-'));
  await chmod(folder, 0o755); // Postgres and nginx's workers are other users.
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type ServerOptions = { replicaCount: number; nodeOptions: string; profile?: string | undefined };

/** Starts stores, replicas, bare servers and nginx; `stack` ends them in reverse. */
export async function startServers(stack: AsyncDisposableStack, options: ServerOptions): Promise<Servers> {
  const { replicaCount, nodeOptions, profile } = options;
  endBySignal(stack);
  const folder = await makeFolder(stack);
  const dir = join(folder, 'postgres');
  await mkdir(dir, { mode: 0o755 });
  const postgres = stack.use(await runPostgres({ dir, port: await freePort(), settings: postgresSettings }));
  await migrate(postgres.url);
  const cache = await redis(stack, folder, 'cache', cacheArgs);
  const queue = await redis(stack, folder, 'queue', queueArgs);
  const ports = await Promise.all(Array.from({ length: 2 * replicaCount + 2 }, freePort));
  const [service = 0, ceiling = 0, ...behind] = ports;
  const stores = { databaseUrl: postgres.url, cacheUrl: cache.url, queueUrl: queue.url };
  const replicas: Replica[] = [];
  for (const port of behind.slice(0, replicaCount)) {
    const settings = { ...stores, baseUrl: `http://127.0.0.1:${service}`, nodeOptions, profile };
    replicas.push(stack.use(await startReplica(folder, port, settings)));
  }
  const barePorts = behind.slice(replicaCount);
  const bare = bareServers(stack, folder, barePorts);
  const local = (port: number) => `127.0.0.1:${port}`;
  const sites = [
    { name: 'service', address: local(service), upstream: replicas.map(({ socket }) => `unix:${socket}`) },
    { name: 'ceiling', address: local(ceiling), upstream: barePorts.map((port) => `unix:${bareSocket(folder, port)}`) },
  ];
  const nginx = stack.use(await startNginx(folder, sites));
  await answered(`http://127.0.0.1:${ceiling}/`, 302, 10_000);
  await answered(`http://127.0.0.1:${service}/health`, 200, 10_000);
  return { folder, edge: { service, ceiling }, postgres, cache, queue, nginx, replicas, bare };
}
