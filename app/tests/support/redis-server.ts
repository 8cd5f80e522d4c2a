import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type RedisProcess, type RedisProcessOptions, spawnRedis } from './redis-process.ts';
import type { RedisProgram } from './redis-program.ts';

export type RedisServer = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  /** Of the present run: another one after `restart`. */
  readonly pid: number;
  /** Freezes it; resolves when it does nothing any more. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** Resolves when it has ended. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts it again on the same port and folder, after a clean stop if it still runs. Resolves when it answers. */
  readonly restart: () => Promise<void>;
};

const readyMilliseconds = 60_000;

/** Runs a server and resolves when it answers. */
export async function runRedis(program: RedisProgram, options: RedisProcessOptions): Promise<RedisServer> {
  const { port } = options;
  let current = await boot(program, options);
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    await current.signal(signal).catch(() => {}); // Gone already.
    await current.signal('SIGCONT').catch(() => {});
    await current.exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return current.pid;
    },
    pause: () => current.signal('SIGSTOP'),
    resume: () => current.signal('SIGCONT'),
    kill,
    restart: async () => {
      await kill('SIGTERM');
      current = await boot(program, options);
    },
    [Symbol.asyncDispose]: () => kill('SIGKILL'),
  };
}

async function boot(program: RedisProgram, options: RedisProcessOptions): Promise<RedisProcess> {
  const started = await spawnRedis(program, options);
  const exit = started.exited.then(() => 'exited' as const);
  const deadline = Date.now() + readyMilliseconds;
  for (;;) {
    if (await answers(options.port)) return started;
    if (Date.now() > deadline) throw new Error(`The Redis server is not ready after ${readyMilliseconds} ms`);
    if ((await Promise.race([delay(10), exit])) === 'exited') {
      throw new Error(`The Redis server did not start: ${started.tail()}`);
    }
  }
}

/** It answers, and is done loading what it had on disk. */
async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    const signal = AbortSignal.timeout(1_000);
    await once(socket, 'connect', { signal });
    socket.write('PING\r\n');
    const [reply] = await once(socket, 'data', { signal });
    return String(reply).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
