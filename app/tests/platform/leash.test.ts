import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { leash } from '../../src/platform/leash.ts';
import { family, gone, send, suspend } from '../support/processes.ts';

const leashFile = join(import.meta.dirname, '../../src/platform/leash.ts');

/** A process of its own that ties `pid` to itself. */
async function owner(pid: number): Promise<ChildProcess> {
  const script = `import { leash } from '${leashFile}'; leash(${pid}, 'INT'); console.log('tied'); setInterval(() => {}, 1e6)`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'when the owner ends by %s, what it holds ends too, even frozen',
  async (end) => {
    const held = spawn('sleep', ['1000']);
    const { pid = 0 } = held;
    const holder = await owner(pid);
    await suspend([pid]);
    const ended = once(held, 'exit');
    send(holder.pid ?? 0, end);
    expect(await ended).toEqual([null, 'SIGINT']);
  },
);

test('a leash that is disposed leaves no process behind', async () => {
  const held = spawn('sleep', ['1000']);
  const before = await family(process.pid);
  const tie = leash(held.pid ?? 0, 'KILL');
  const [shell = 0] = (await family(process.pid)).filter((pid) => !before.includes(pid));
  expect(shell).not.toBe(0);
  tie[Symbol.dispose]();
  await gone(shell);
  expect(held.exitCode).toBeNull();
  held.kill();
});
