import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

type Line = Record<string, unknown>;
export type Replica = Disposable & {
  readonly child: ChildProcess;
  readonly url: string;
  /** Resolves with the first line of its log that is wanted, past or to come. */
  line(wanted: (line: Line) => boolean): Promise<Line>;
};

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** A replica as a process of its own, once it listens. `settings` are all that it finds in its environment. */
export async function startReplica(settings: Record<string, string>): Promise<Replica> {
  const env = { PATH: process.env['PATH'], PORT: '0', ...settings };
  const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (text) => lines.push(JSON.parse(text) as Line));
  const line = async (wanted: (seen: Line) => boolean): Promise<Line> => {
    for (;;) {
      const found = lines.find(wanted);
      if (found) return found;
      await once(reader, 'line');
    }
  };
  const { port } = await line(({ message }) => message === 'listening');
  return { child, url: `http://127.0.0.1:${port}`, line, [Symbol.dispose]: () => child.kill('SIGKILL') };
}
