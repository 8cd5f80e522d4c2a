import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startStopwatch } from './stopwatch.ts';

/** Works until it has had so many milliseconds of a processor; answers how many went by meanwhile. */
function work(milliseconds: number): number {
  const start = performance.now();
  const before = process.threadCpuUsage();
  for (;;) {
    const { user, system } = process.threadCpuUsage(before);
    if ((user + system) / 1_000 >= milliseconds) return performance.now() - start;
  }
}

test('what we work and what we sleep counts', () => {
  const working = startStopwatch();
  work(50);
  expect(working()).toBeGreaterThanOrEqual(45);
  const sleeping = startStopwatch();
  // A timer would count from the beginning of its turn, which on a busy machine is some time before now.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  expect(sleeping()).toBeGreaterThanOrEqual(45);
});

async function startHog(): Promise<ChildProcess & Disposable> {
  const hog = spawn(process.execPath, ['-e', "process.stdout.write('.'); for (;;);"], { timeout: 20_000 });
  await once(hog.stdout, 'data');
  return hog;
}

test('what others take from us does not count', async () => {
  using hogs = new DisposableStack();
  for (let count = 0; count < 4 * availableParallelism(); count++) hogs.use(await startHog());
  const elapsed = startStopwatch();
  const wall = work(100);
  expect(elapsed()).toBeLessThan(process.platform === 'linux' ? wall - 50 : wall + 50);
});

test('what a server is kept from counts neither, and one that has ended is none', async () => {
  using server = await startHog();
  using hogs = new DisposableStack();
  for (let count = 0; count < 4 * availableParallelism(); count++) hogs.use(await startHog());
  const alone = startStopwatch();
  const withServer = startStopwatch([server.pid ?? 0]);
  await sleep(300);
  const seen = withServer();
  // Where we were kept from running all the time, too, both stand still.
  expect(seen).toBeLessThanOrEqual(process.platform === 'linux' ? Math.max(0, alone() - 50) : alone() + 50);
  server.kill('SIGKILL');
  await once(server, 'exit');
  expect(startStopwatch([server.pid ?? 0])()).toBeLessThan(50);
});
