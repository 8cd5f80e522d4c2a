import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type Replica = AsyncDisposable & {
  readonly url: string;
  /** Sends the signal; resolves with the exit code, or the signal, that it ended with. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
};

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

async function listening(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('the replica has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const { message, port } = JSON.parse(line) as { message: string; port: number };
    if (message === 'listening') return port;
  }
  throw new Error('the replica ended before it listened');
}

/** A replica as a process of its own, once it listens. */
export async function startReplica(settings: Record<string, string>): Promise<Replica> {
  const env = { PATH: process.env['PATH'], PORT: '0', AUTH: 'off', RATE_LIMIT: 'off', LOG_RATE: '0', ...settings };
  const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${await listening(child)}`;
  child.stdout?.resume();
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code, by] = await exited;
    return (code ?? by) as number | NodeJS.Signals;
  };
  return { url, end, [Symbol.asyncDispose]: async () => void (await end('SIGKILL')) };
}
