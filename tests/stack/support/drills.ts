import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from './place.ts';
import { environment } from './programs.ts';
import { stack } from './stack.ts';

/** Whether a drill has left something that has to be put back. */
export const isLeftBroken = (): boolean => existsSync(join(checkout, '.data', 'chaos-journal.json'));

/** Every container that is not a replica with its state. */
export const standing = async (): Promise<[string, string][]> =>
  (await stack.list())
    .filter(({ service }) => !['app', 'app-template', 'migrate'].includes(service))
    .map(({ name, state }): [string, string] => [name, state])
    .toSorted();

/** Starts drills, and ends them by Ctrl-C after so many seconds: any moment will do, so nothing is waited for. */
export async function interruptDrills(seconds: number, ...words: readonly string[]): Promise<void> {
  const child = spawn(join(checkout, 'scripts', 'chaos-test.sh'), words, {
    cwd: checkout,
    env: environment,
    stdio: 'ignore',
  });
  const closed = once(child, 'close');
  await sleep(seconds * 1_000);
  child.kill('SIGINT');
  await closed;
}
