import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../src/platform/error-code.ts';

const run = promisify(execFile);
const linux = process.platform === 'linux';

/** The process and its children: Postgres serves each session by a child of its own. */
export async function family(pid: number): Promise<number[]> {
  const children = linux
    ? await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    : await run('pgrep', ['-P', String(pid)]).then(
        ({ stdout }) => stdout,
        () => '',
      );
  return [pid, ...children.split(/\s+/).filter(Boolean).map(Number)];
}

/** Stops the processes as a frozen machine would, and resolves once none of them can do another step. */
export async function suspend(pids: readonly number[]): Promise<void> {
  for (const pid of pids) send(pid, 'SIGSTOP');
  for (const pid of pids) while ((await state(pid)) === 'running') await delay(2);
}

export function proceed(pids: readonly number[]): void {
  for (const pid of pids) send(pid, 'SIGCONT');
}

/** Sends the signal; a process that is gone already is fine. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** What the kernel says of it; a process that only waits to be collected by its parent is gone. */
export async function state(pid: number): Promise<'running' | 'stopped' | 'gone'> {
  const letter = linux
    ? (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).replace(/^.*\) /s, '')[0]
    : await run('ps', ['-o', 'state=', '-p', String(pid)]).then(
        ({ stdout }) => stdout.trim()[0],
        () => undefined,
      );
  if (letter === undefined || letter === 'Z') return 'gone';
  return letter.toUpperCase() === 'T' ? 'stopped' : 'running';
}

/** Resolves when the process has ended. */
export async function gone(pid: number): Promise<void> {
  while ((await state(pid)) !== 'gone') await delay(5);
}
