import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from './end-with-us.ts';

export type Program = AsyncDisposable & {
  readonly pid: number;
  /** Rejects with the end of its output when it ends by itself. */
  readonly failed: Promise<never>;
  kill(signal: NodeJS.Signals): Promise<void>;
};

type Options = { name: string; command: string; args: readonly string[]; env?: NodeJS.ProcessEnv; log: string };

const stopMilliseconds = 30_000;

const tailCharacters = 2_000;

async function failure(child: ChildProcess, name: string, log: string): Promise<never> {
  await once(child, 'exit');
  throw new Error(`${name} ended by itself:\n${readFileSync(log, 'utf8').slice(-tailCharacters)}`);
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
  await exited;
  clearTimeout(late);
}

/** Starts a program whose output goes to a file; disposing ends it. */
export function startProgram({ name, command, args, env, log }: Options): Program {
  const output = openSync(log, 'a');
  const child = spawn(command, [...args], { stdio: ['ignore', output, output], ...(env && { env }) });
  closeSync(output);
  child.once('error', () => {});
  if (child.pid === undefined) throw new Error(`${name}: cannot run ${command}; is it installed?`);
  endWithUs(child);
  const failed = failure(child, name, log);
  failed.catch(() => {}); // Whoever waits for it to be ready is told; later its absence shows in the numbers.
  return {
    pid: child.pid,
    failed,
    kill: (signal) => stop(child, signal),
    [Symbol.asyncDispose]: () => stop(child, 'SIGTERM'),
  };
}

/** Resolves with the milliseconds it took until the address answered with the wanted status. */
export async function answered(url: string, wanted: number, within: number): Promise<number> {
  const start = performance.now();
  for (;;) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' }).catch(
      () => undefined,
    );
    await response?.body?.cancel();
    if (response?.status === wanted) return performance.now() - start;
    if (performance.now() - start > within) throw new Error(`${url} did not answer ${wanted} within ${within} ms`);
    await sleep(10);
  }
}
