import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { family } from './processes.ts';

export type OwnerProcess = AsyncDisposable & {
  readonly pid: number;
  readonly url: string;
  readonly postgresPid: number;
  /** Everything that the owner started but Postgres itself, the owner included. */
  readonly withoutPostgres: () => Promise<number[]>;
  readonly killed: () => Promise<void>;
};

/** Another process of this machine that owns the embedded Postgres of `dataDir`; resolves when that is up. */
export async function ownerProcess(dataDir: string): Promise<OwnerProcess> {
  const script = join(import.meta.dirname, 'own-embedded-postgres.ts');
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'exit');
  const { value: line } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (!line || child.pid === undefined) throw new Error('The owner did not start');
  const { url, pid: postgresPid } = JSON.parse(line);
  const { pid } = child;
  return {
    pid,
    url,
    postgresPid,
    withoutPostgres: async () => (await family(pid)).filter((member) => member !== postgresPid),
    killed: async () => void (await closed),
    [Symbol.asyncDispose]: () => end(child, closed),
  };
}

async function end(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await closed;
}
