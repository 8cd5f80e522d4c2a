import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { leash } from '../../../app/src/platform/leash.ts';

/** A program that runs until it is disposed of, or until this process ends. */
export type Started = AsyncDisposable & { output: () => string };

/** Starts a program; what it writes is kept for whoever wants to know why it failed. */
export function start(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(String(error))));
  const tie = child.pid === undefined ? undefined : leash(child.pid, 'KILL');
  return {
    output: () => output,
    async [Symbol.asyncDispose]() {
      const running = child.exitCode === null && child.signalCode === null && child.pid !== undefined;
      const ended = running ? once(child, 'exit') : undefined;
      child.kill('SIGTERM');
      await ended;
      tie?.[Symbol.dispose]();
    },
  };
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits until a page answers 2xx; fails with what the program wrote. */
export async function untilReady(url: string, { output }: Started): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((next) => setTimeout(next, 100)))
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
  throw new Error(`${url} does not answer: ${output()}`);
}
