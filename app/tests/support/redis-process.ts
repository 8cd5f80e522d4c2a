import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { leash } from '../../src/platform/leash.ts';
import { send, suspend } from './processes.ts';
import type { RedisProgram } from './redis-program.ts';

export type RedisProcess = {
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => Promise<void>;
  readonly tail: () => string;
};

export type RedisProcessOptions = { readonly port: number; readonly dir: string; readonly args: readonly string[] };

const run = promisify(execFile);

/** One run of the server, tied to this process: it ends when we do. */
export const spawnRedis = (program: RedisProgram, options: RedisProcessOptions): Promise<RedisProcess> =>
  program.kind === 'binary' ? spawnBinary(program.path, options) : spawnContainer(program.image, options);

async function spawnBinary(path: string, { port, dir, args }: RedisProcessOptions): Promise<RedisProcess> {
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', dir];
  const started = launch(path, [...place, ...volatile, ...args], 'KILL');
  const signal = async (name: NodeJS.Signals): Promise<void> =>
    name === 'SIGSTOP' ? suspend([started.pid]) : send(started.pid, name);
  return { ...started, signal };
}

async function spawnContainer(image: string, { port, dir, args }: RedisProcessOptions): Promise<RedisProcess> {
  const name = `shortstack-test-${randomUUID()}`;
  const place = ['--publish', `127.0.0.1:${port}:6379`, '--volume', `${dir}:/data`];
  // As ourselves, so that we can remove what it leaves in the folder.
  const user = ['--user', `${process.getuid?.()}:${process.getgid?.()}`];
  const program = image.includes('valkey') ? 'valkey-server' : 'redis-server';
  const inside = [program, '--protected-mode', 'no', '--dir', '/data', ...volatile, ...args];
  // The client hands SIGINT on to the container.
  const started = launch('docker', ['run', '--rm', '--name', name, ...user, ...place, image, ...inside], 'INT');
  const signal = async (sent: NodeJS.Signals): Promise<void> => {
    const verbs: Record<string, string[]> = { SIGSTOP: ['pause'], SIGCONT: ['unpause'] };
    await run('docker', [...(verbs[sent] ?? ['kill', '--signal', sent]), name]);
  };
  return { ...started, signal };
}

const volatile = ['--save', '', '--appendonly', 'no'];
const tailLines = 20;

function launch(command: string, args: readonly string[], last: 'INT' | 'KILL'): Omit<RedisProcess, 'signal'> {
  const child = spawn(command, [...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (lines.push(line) > tailLines) lines.shift();
    });
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('error', () => resolve());
  child.once('close', () => resolve());
  if (child.pid === undefined) throw new Error(`Cannot run ${command}`);
  const tie = leash(child.pid, last);
  return { pid: child.pid, exited: promise.finally(() => tie[Symbol.dispose]()), tail: () => lines.join('\n') };
}
