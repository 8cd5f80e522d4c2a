import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { serverEnvironment } from './embedded-postgres-environment.ts';
import type { EmbeddedPlace } from './embedded-postgres-place.ts';
import type { ServerUser } from './embedded-postgres-user.ts';
import { leash } from './leash.ts';

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Server = AsyncDisposable & {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Settles when it takes connections; never, if it exits before. */
  readonly ready: Promise<void>;
  /** The last lines that it wrote. */
  readonly tail: () => string;
};

export type ServerOptions = {
  readonly postgres: string;
  readonly place: EmbeddedPlace;
  readonly user: ServerUser;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
};

const fastMilliseconds = 20_000;
const immediateMilliseconds = 5_000;
const tailLines = 20;

/** Starts Postgres in its own process group, so that Ctrl-C in a terminal reaches us first and it last. */
export async function spawnServer({ postgres, place, user, settings, log }: ServerOptions): Promise<Server> {
  const assignments = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command = '', ...args] = [...user.prefix, postgres, '-D', place.cluster, ...assignments];
  const child = spawn(command, args, {
    ...user.spawn,
    cwd: '/',
    env: serverEnvironment,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { ready, tail } = listen(child.stderr, log);
  const exited = exitOf(child);
  if (child.pid === undefined) throw new Error(`Cannot run ${postgres}`, { cause: await exited.catch((e) => e) });
  const tie = leash(child.pid, 'INT');
  const gone = exited.finally(() => tie[Symbol.dispose]());
  return { pid: child.pid, exited: gone, ready, tail, [Symbol.asyncDispose]: () => stop(child, gone) };
}

function listen(input: Readable, log: (line: string) => void): Pick<Server, 'ready' | 'tail'> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const lines: string[] = [];
  createInterface({ input }).on('line', (line) => {
    if (lines.push(line) > tailLines) lines.shift();
    if (line.endsWith('database system is ready to accept connections')) resolve();
    log(line);
  });
  return { ready: promise, tail: () => lines.join('\n') };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  const { promise, resolve, reject } = Promise.withResolvers<Exit>();
  child.once('error', reject);
  // 'close', not 'exit': by then its last words have been read.
  child.once('close', (code, signal) => resolve({ code, signal }));
  return promise;
}

/** Fast shutdown (sessions end, a checkpoint is written), and at a deadline one that leaves the rest to recovery. */
async function stop(child: ChildProcess, exited: Promise<Exit>): Promise<void> {
  const quit = setTimeout(() => child.kill('SIGQUIT'), fastMilliseconds);
  const kill = setTimeout(() => child.kill('SIGKILL'), fastMilliseconds + immediateMilliseconds);
  child.kill('SIGINT');
  child.kill('SIGCONT');
  await exited;
  clearTimeout(quit);
  clearTimeout(kill);
}
