import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { proceed, suspend } from './processes.ts';
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

test('what we work and what we sleep counts', async () => {
  const working = startStopwatch();
  work(50);
  expect(working()).toBeGreaterThanOrEqual(45);
  const sleeping = startStopwatch();
  const until = performance.now() + 150;
  // Slept by turns of the loop, not by one timer: a busy machine leaves us fewer of them, and those that it left count.
  let turns = 0;
  for (; performance.now() < until; turns++) await sleep(5);
  expect(sleeping()).toBeGreaterThanOrEqual(turns * 5 - 10);
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

test('while this process stands still, it does too', async () => {
  const source = JSON.stringify(new URL('stopwatch.ts', import.meta.url).href);
  const script = `
    const { startStopwatch } = await import(${source});
    const start = performance.now();
    const elapsed = startStopwatch();
    process.once('message', () => process.send({ elapsed: elapsed(), wall: performance.now() - start }, () => process.disconnect()));
    process.send('started');`;
  using child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    timeout: 20_000,
  });
  await once(child, 'message');
  await suspend([child.pid ?? 0]);
  await sleep(500);
  proceed([child.pid ?? 0]);
  const answered = once(child, 'message');
  child.send('stop');
  const [{ elapsed, wall }] = (await answered) as [{ elapsed: number; wall: number }];
  expect(wall - elapsed).toBeGreaterThanOrEqual(400);
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
