import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export type RedisProgram =
  | { readonly kind: 'binary'; readonly path: string }
  | { readonly kind: 'docker'; readonly image: string };

/** What the search asks of the machine. */
export type Machine = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly isExecutable: (path: string) => Promise<boolean>;
  /** Did the command end well? */
  readonly succeeds: (command: string, args: readonly string[], env?: Record<string, string>) => Promise<boolean>;
};

const names = ['valkey-server', 'redis-server'];
const usualPlaces = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/local/opt/redis/bin', '/snap/bin'];
const defaultImage = 'valkey/valkey:9';

/**
 * A Redis-compatible server: TEST_REDIS_SERVER (a path) if set, else one of the PATH or of the usual places, else by
 * Docker (image TEST_REDIS_IMAGE), else installed with apt where we may. Throws one sentence if none of these works.
 */
export async function findRedis(machine: Machine): Promise<RedisProgram> {
  const chosen = machine.env['TEST_REDIS_SERVER'];
  if (chosen) {
    if (await machine.isExecutable(chosen)) return { kind: 'binary', path: chosen };
    throw new Error(`TEST_REDIS_SERVER is ${chosen}, which is not a program`);
  }
  return (await installed(machine)) ?? (await byDocker(machine)) ?? (await byApt(machine)) ?? nothing();
}

function nothing(): never {
  throw new Error(
    'The tests need a Redis-compatible server: install valkey-server or redis-server, start Docker, ' +
      'or set TEST_REDIS_SERVER to the path of one',
  );
}

async function installed({ env, isExecutable }: Machine): Promise<RedisProgram | undefined> {
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...usualPlaces];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) return { kind: 'binary', path };
    }
  }
  return undefined;
}

async function byDocker({ env, succeeds }: Machine): Promise<RedisProgram | undefined> {
  if (!(await succeeds('docker', ['info']))) return undefined;
  const image = env['TEST_REDIS_IMAGE'] ?? defaultImage;
  const there = (await succeeds('docker', ['image', 'inspect', image])) || (await succeeds('docker', ['pull', image]));
  return there ? { kind: 'docker', image } : undefined;
}

async function byApt(machine: Machine): Promise<RedisProgram | undefined> {
  if (!machine.isRoot) return undefined;
  // Run level 1 keeps the package from starting a server of its own.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '--yes', '--no-install-recommends', 'redis-server'];
  const done =
    (await machine.succeeds('apt-get', install, env)) ||
    ((await machine.succeeds('apt-get', ['update'], env)) && (await machine.succeeds('apt-get', install, env)));
  return done ? installed(machine) : undefined;
}

const run = promisify(execFile);
const patience = 300_000;

export const thisMachine: Machine = {
  env: process.env,
  isRoot: process.getuid?.() === 0,
  isExecutable: (path) =>
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    ),
  succeeds: (command, args, env = {}) =>
    run(command, [...args], { env: { ...process.env, ...env }, timeout: patience }).then(
      () => true,
      () => false,
    ),
};
