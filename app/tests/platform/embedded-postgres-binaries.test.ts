import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findBinaries, makeLinks } from '../../src/platform/embedded-postgres-binaries.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const links = [{ source: 'lib/libpq.so.5.17', target: 'lib/libpq.so.5' }];

async function unpacked(root: string): Promise<void> {
  await mkdir(join(root, 'lib'));
  await writeFile(join(root, 'lib/libpq.so.5.17'), 'library');
}

test('a machine for which there are no programs: one sentence says what to set', async () => {
  await expect(findBinaries('plan9-mips')).rejects.toThrow(
    'No embedded Postgres for this machine (@embedded-postgres/plan9-mips is not installed): set DATABASE_URL',
  );
});

test('links are made once, by however many starts at the same time', async () => {
  await using folder = await temporaryFolder();
  await unpacked(folder.path);
  await Promise.all(Array.from({ length: 8 }, () => makeLinks(folder.path, links)));
  expect(await readlink(join(folder.path, 'lib/libpq.so.5'))).toBe('libpq.so.5.17');
  expect((await readdir(join(folder.path, 'lib'))).sort()).toEqual(['libpq.so.5', 'libpq.so.5.17']);
});

test('a library that was unpacked in the place of a link stays', async () => {
  await using folder = await temporaryFolder();
  await unpacked(folder.path);
  await writeFile(join(folder.path, 'lib/libpq.so.5'), 'library too');
  await makeLinks(folder.path, links);
  expect((await lstat(join(folder.path, 'lib/libpq.so.5'))).isFile()).toBe(true);
});

test('an empty file in the place of a link is replaced', async () => {
  await using folder = await temporaryFolder();
  await unpacked(folder.path);
  await writeFile(join(folder.path, 'lib/libpq.so.5'), '');
  await makeLinks(folder.path, links);
  expect(await readFile(join(folder.path, 'lib/libpq.so.5'), 'utf8')).toBe('library');
});

test('a link that cannot be made is named in the error', async () => {
  await using folder = await temporaryFolder();
  await expect(makeLinks(folder.path, links)).rejects.toThrow(
    `Cannot make the library link ${folder.path}/lib/libpq.so.5 (ENOENT)`,
  );
});
