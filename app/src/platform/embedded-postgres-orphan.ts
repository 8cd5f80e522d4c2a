import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { EmbeddedPlace } from './embedded-postgres-place.ts';

const run = promisify(execFile);
const stopSteps = [
  { signal: 'SIGINT', milliseconds: 10_000 },
  { signal: 'SIGQUIT', milliseconds: 5_000 },
  { signal: 'SIGKILL', milliseconds: 5_000 },
] as const;

/**
 * Ends the Postgres which an owner that was killed left behind. Only for the holder of the folder's lock. Resolves to
 * the number of the process that was stopped, if there was one.
 */
export async function stopOrphan({ cluster }: EmbeddedPlace, signal?: AbortSignal): Promise<number | undefined> {
  const pidFile = join(cluster, 'postmaster.pid');
  const content = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  if (!(pid > 1)) return undefined;
  if (await serves(pid, cluster)) return stop(pid, cluster, signal);
  // Postgres would not start if the number belongs to somebody else by now. The file has to stay, though: by it Postgres
  // finds sessions that have outlived their parent. Its own parent's number, ours, is one that it knows to be stale.
  await writeFile(pidFile, content.replace(/^\d+/, String(process.pid)));
  return undefined;
}

async function stop(pid: number, cluster: string, signal?: AbortSignal): Promise<number> {
  for (const step of stopSteps) {
    const deadline = Date.now() + step.milliseconds;
    send(pid, step.signal);
    send(pid, 'SIGCONT');
    while (Date.now() < deadline) {
      if (!(await serves(pid, cluster))) return pid;
      await delay(20, undefined, { ...(signal && { signal }) });
    }
  }
  throw new Error(`The Postgres process ${pid} of ${cluster} does not stop`);
}

/** Does `pid` run, and as the Postgres of this cluster? A process number alone proves nothing: numbers come again. */
async function serves(pid: number, cluster: string): Promise<boolean> {
  const command = (await commandLine(pid)).split('\0').join(' ');
  return command.includes('postgres') && command.includes(` ${cluster} `);
}

const commandLine = async (pid: number): Promise<string> =>
  process.platform === 'linux'
    ? readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    : run('ps', ['-o', 'command=', '-p', String(pid)]).then(
        ({ stdout }) => stdout,
        () => '',
      );

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}
