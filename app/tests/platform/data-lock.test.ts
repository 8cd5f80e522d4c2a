import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { lockDataDir } from '../../src/platform/data-lock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a folder that is locked is refused, and free again once the lock is disposed', async () => {
  await using folder = await temporaryFolder();
  const first = await lockDataDir(folder.path);
  await expect(lockDataDir(folder.path)).rejects.toThrow(`in use by another Shortstack (process ${process.pid})`);
  first[Symbol.dispose]();
  using again = await lockDataDir(folder.path);
  expect(again).toBeDefined();
});

test('a lock file that is none is named, and not taken for an owner', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'lock'), 'x'.repeat(4096));
  await expect(lockDataDir(folder.path)).rejects.toThrow(`Cannot write to the data folder ${folder.path}`);
});

test('a folder that is made for the lock can be listed by nobody else', async () => {
  await using folder = await temporaryFolder();
  const made = join(folder.path, 'data');
  using lock = await lockDataDir(made);
  expect(lock).toBeDefined();
  expect((await stat(made)).mode & 0o066).toBe(0);
});
