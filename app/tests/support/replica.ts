import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { leash } from '../../src/platform/leash.ts';

type Line = Record<string, unknown>;
export type Replica = AsyncDisposable & {
  readonly child: ChildProcess;
  readonly url: string;
  /** Resolves with the first line of its log that is wanted, past or to come; rejects if the replica ends before. */
  line(wanted: (line: Line) => boolean): Promise<Line>;
  /** Resolves with the exit code, or the signal, that it ended with. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
};

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/**
 * A replica as a process of its own, once it listens. `settings` are all that it finds in its environment; `stderr` gets
 * what it says besides its log.
 */
export async function startReplica(
  settings: Record<string, string>,
  stderr: Writable = process.stderr,
): Promise<Replica> {
  const env = { PATH: process.env['PATH'], PORT: '0', ...settings };
  const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.on('data', (chunk: Buffer) => stderr.write(chunk));
  if (child.pid === undefined) throw new Error('a replica cannot be run');
  const tie = leash(child.pid, 'KILL');
  const ended = once(child, 'exit')
    .then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
    .finally(() => tie[Symbol.dispose]());
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (text) => lines.push(JSON.parse(text) as Line));
  const line = async (wanted: (seen: Line) => boolean): Promise<Line> => {
    for (;;) {
      const found = lines.find(wanted);
      if (found) return found;
      const next = once(reader, 'line').then(() => 'line' as const);
      if ((await Promise.race([next, ended])) !== 'line') throw new Error('the replica ended before it said so');
    }
  };
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  const { port } = await line(({ message }) => message === 'listening');
  const url = `http://127.0.0.1:${port}`;
  return { child, url, line, ended, end, [Symbol.asyncDispose]: async () => void (await end('SIGKILL')) };
}
