import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lendSecrets, syncTree } from '../../src/deploy/tree.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tree-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
const sync = () => syncTree(join(folder, 'new'), join(folder, 'live'));
const read = (path: string) => readFile(join(folder, path), 'utf8');

test('new, changed and removed files are told; the same ones are left alone', async () => {
  await write({ 'new/a': '1', 'new/deep/b': '2', 'new/c': '3', 'live/a': '1', 'live/c': 'old', 'live/gone': 'x' });
  const before = await stat(join(folder, 'live/a'));
  expect(await sync()).toEqual(['c', 'deep/b', 'gone']);
  expect(await read('live/deep/b')).toBe('2');
  expect((await stat(join(folder, 'live/a'))).ino).toBe(before.ino);
  expect(await sync()).toEqual([]);
});

test('a tree that has arrived is tried with the secrets of the server, which the next one does not take along', async () => {
  await write({ 'new/a': '1', 'live/.secrets/key': 'k' });
  for (let times = 0; times < 2; times += 1) await lendSecrets(join(folder, 'live'), join(folder, 'new'));
  expect(await read('new/.secrets/key')).toBe('k');
  expect(await sync()).toEqual(['a']);
  expect(await read('live/.secrets/key')).toBe('k');
});

test('what is the server’s own stays: settings, secrets, what deployments remember', async () => {
  await write({
    'new/a': '1',
    'new/.env': 'theirs',
    'live/.env': 'mine',
    'live/.secrets/key': 'k',
    'live/.deploy/j': 'j',
  });
  await sync();
  expect([await read('live/.env'), await read('live/.secrets/key'), await read('live/.deploy/j')]).toEqual([
    'mine',
    'k',
    'j',
  ]);
});

test('a folder that a container has mounted stays the same folder', async () => {
  await write({ 'new/nginx/t': 'new', 'live/nginx/t': 'old' });
  const before = await stat(join(folder, 'live/nginx'));
  await sync();
  expect((await stat(join(folder, 'live/nginx'))).ino).toBe(before.ino);
  expect(await read('live/nginx/t')).toBe('new');
});

test('a program stays one', async () => {
  await write({ 'new/run': '#!/bin/sh', 'live/run': '#!/bin/sh' });
  await chmod(join(folder, 'new/run'), 0o755);
  expect(await sync()).toEqual(['run']);
  expect((await stat(join(folder, 'live/run'))).mode & 0o777).toBe(0o755);
});

test('a file that only others may write in as well is the same', async () => {
  await write({ 'new/a': '1', 'live/a': '1' });
  await chmod(join(folder, 'new/a'), 0o664);
  expect(await sync()).toEqual([]);
});

test('a tree that is not there, or has no file, takes nothing away, unless it is known that there may be none', async () => {
  await write({ 'live/a': '1', 'live/deep/b': '2' });
  await expect(sync()).rejects.toThrow('has no files');
  await mkdir(join(folder, 'new', 'deep'), { recursive: true });
  await write({ 'new/.env': 'theirs' });
  await expect(sync()).rejects.toThrow('has no files');
  expect([await read('live/a'), await read('live/deep/b')]).toEqual(['1', '2']);
  expect(await syncTree(join(folder, 'new'), join(folder, 'live'), { mayBeEmpty: true })).toEqual(['a', 'deep/b']);
});
