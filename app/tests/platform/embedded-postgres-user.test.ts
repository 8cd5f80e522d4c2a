import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { serverUser } from '../../src/platform/embedded-postgres-user.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;

/** Programs that end well wherever they can be reached, below a folder of the mode. */
async function programs(path: string, mode: number): Promise<{ postgres: string; initdb: string; dataDir: string }> {
  const bin = join(path, 'bin');
  const dataDir = join(path, 'data');
  await mkdir(dataDir);
  await mkdir(bin);
  for (const name of ['postgres', 'initdb']) await copyFile('/bin/true', join(bin, name));
  await chmod(path, mode);
  return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb'), dataDir };
}

test('where everybody may look in, Postgres runs without any privilege', async () => {
  await using folder = await temporaryFolder();
  const { dataDir, ...binaries } = await programs(folder.path, 0o755);
  const user = await serverUser(binaries, dataDir);
  expect(user.prefix).toEqual([]);
  expect(user.owner.uid).toBe(isRoot ? user.spawn.uid : process.getuid?.());
  expect(user.owner.uid).not.toBe(0);
});

test('where only we may look in, root lends one capability, and others need none', async () => {
  await using folder = await temporaryFolder();
  const { dataDir, ...binaries } = await programs(folder.path, 0o700);
  const { prefix } = await serverUser(binaries, dataDir);
  const lent = prefix.filter((argument) => argument.startsWith('--ambient-caps=-all,+dac_'));
  expect(lent).toHaveLength(isRoot ? 1 : 0);
});

test('programs that no way can run: one sentence as root, and otherwise left to the start', async () => {
  await using folder = await temporaryFolder();
  const { dataDir, ...binaries } = await programs(folder.path, 0o755);
  await writeFile(binaries.initdb, '#!/bin/sh\nexit 1\n');
  const outcome = serverUser(binaries, dataDir);
  if (isRoot) await expect(outcome).rejects.toThrow(`cannot reach ${dataDir} and ${binaries.postgres}`);
  else await expect(outcome).resolves.toMatchObject({ prefix: [] });
});
