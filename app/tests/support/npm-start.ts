import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { leash } from '../../src/platform/leash.ts';
import { freePort } from './free-port.ts';
import { send } from './processes.ts';

const root = join(import.meta.dirname, '..', '..', '..');

export type NpmStart = AsyncDisposable & {
  readonly url: string;
  /** npm's own process, which is not that of the service. */
  readonly pid: number;
  /** All lines so far, of both streams. */
  readonly lines: readonly string[];
  /** The first line that holds the text, once it is there; rejects if the process ends before. */
  line(text: string): Promise<string>;
  /** Resolves once the service says that it is up. */
  up(): Promise<void>;
  servicePid(): Promise<number>;
  /** As a terminal does for Ctrl-C: to npm and to the service. */
  interrupt(): void;
  /** Resolves with npm's exit code. */
  readonly exited: Promise<number>;
};

/** `npm start` in a session of its own, as a user would run it. */
export async function npmStart(dataDir: string, settings: Record<string, string> = {}): Promise<NpmStart> {
  const port = Number(settings['PORT'] ?? (await freePort()));
  const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const env = {
    ...inherited,
    DATA_DIR: dataDir,
    PORT: String(port),
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'error',
    ...settings,
  };
  const child = spawn('npm', ['start'], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('npm cannot be run');
  const tie = leash(pid, 'INT');
  const lines: string[] = [];
  const readers = [child.stdout, child.stderr].map((input) => createInterface({ input }));
  const exited = once(child, 'close').then(([code]) => code as number);
  const gone = exited.then(() => 'gone' as const).finally(() => tie[Symbol.dispose]());
  for (const reader of readers) reader.on('line', (line) => lines.push(line));
  const line = async (text: string): Promise<string> => {
    for (let ended = false; ; ) {
      const found = lines.find((seen) => seen.includes(text));
      if (found !== undefined) return found;
      if (ended) throw new Error(`npm start ended without saying "${text}":\n${lines.join('\n')}`);
      ended = (await Promise.race([gone, ...readers.map((reader) => once(reader, 'line'))])) === 'gone';
    }
  };
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) send(-pid, 'SIGKILL');
    await exited;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pid,
    lines,
    line,
    up: async () => void (await line('Shortstack is up')),
    servicePid: async () => Number(await readFile(join(dataDir, 'lock.pid'), 'utf8')),
    interrupt: () => send(-pid, 'SIGINT'),
    exited,
    [Symbol.asyncDispose]: end,
  };
}
