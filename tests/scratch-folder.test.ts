import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { scratchFolder } from '../bin/scratch-folder.ts';

const source = join(import.meta.dirname, '..', 'bin', 'scratch-folder.ts');

test('a folder that is disposed is gone with what is in it', async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder.path, 'file'), '');
  await folder[Symbol.asyncDispose]();
  expect(existsSync(folder.path)).toBe(false);
});

test.each(['SIGKILL', 'SIGINT'] as const)('its process ends by %s: it is gone all the same', async (signal) => {
  const script = `import { scratchFolder } from '${source}'; console.log((await scratchFolder()).path); setInterval(() => {}, 1e6)`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [path] = (await once(owner.stdout, 'data')).map(String).map((line) => line.trim());
  if (!path) throw new Error('no folder was named');
  await writeFile(join(path, 'file'), '');
  const ended = once(owner, 'exit');
  owner.kill(signal);
  expect(await ended).toEqual([null, signal]);
  while (existsSync(path)) await sleep(10);
});
