import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { answered, type Program, startProgram } from './programs.ts';

export type ReplicaSettings = {
  databaseUrl: string;
  cacheUrl: string;
  queueUrl: string;
  baseUrl: string;
  /** Node's own options, as in production unless something is being tried. */
  nodeOptions: string;
  /** Folder for a CPU profile of each replica, written when it ends. */
  profile?: string | undefined;
  /** Settings that are being tried. */
  more?: Readonly<Record<string, string>>;
};
/** `socket`: by which nginx reaches it, as in the stack. */
export type Replica = Program & { port: number; socket: string; readyMilliseconds: number };

const root = join(import.meta.dirname, '..');

/** The admin key of this run. */
export const adminKey = randomBytes(24).toString('base64url');

const profiling = (folder: string | undefined): string[] => (folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []);

/** Starts the service as production does: keys, limits, logs, metrics, durable clicks, all on. */
export async function startReplica(folder: string, port: number, settings: ReplicaSettings): Promise<Replica> {
  const sockets = join(folder, `replica-${port}`);
  await mkdir(sockets);
  const env = {
    PATH: process.env['PATH'],
    PORT: String(port),
    HOST: '127.0.0.1',
    BASE_URL: settings.baseUrl,
    DATABASE_URL: settings.databaseUrl,
    CACHE_URL: settings.cacheUrl,
    QUEUE_URL: settings.queueUrl,
    AUTH: 'on',
    API_KEY: adminKey,
    TRUST_PROXY: 'on',
    RATE_LIMIT: 'on',
    RELEASE: 'bench',
    SOCKET_FOLDER: sockets,
    // As in the image, where they are set for the same reasons (docs/performance.md).
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
    NODE_OPTIONS: [settings.nodeOptions, ...profiling(settings.profile)].join(' '),
    ...settings.more,
  };
  // As the image does, for NODE_OPTIONS does not take it.
  const args = ['--single-threaded-gc', join(root, 'app', 'src', 'main.ts'), 'serve'];
  const log = join(folder, `replica-${port}.log`);
  const program = startProgram({ name: 'replica', command: process.execPath, args, env, log });
  const ready = answered(`http://127.0.0.1:${port}/health/ready`, 200, 30_000);
  const readyMilliseconds = await Promise.race([ready, program.failed]);
  return Object.assign(program, { port, socket: join(sockets, `${hostname()}.sock`), readyMilliseconds });
}

/** A key whose requests nobody limits, for the loads that create. */
export async function unlimitedKey(port: number): Promise<string> {
  const headers = { 'X-API-Key': adminKey, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ name: 'bench', scopes: ['read', 'write'], rate_limit: 0 });
  const response = await fetch(`http://127.0.0.1:${port}/keys`, { method: 'POST', headers, body });
  if (response.status !== 201) throw new Error(`no key was made: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { key: string }).key;
}
