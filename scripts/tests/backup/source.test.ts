import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import type { Backup } from '../../src/backup/backup.ts';
import { restoreBeside, type Source } from '../../src/backup/restore.ts';

const full: Backup = {
  label: '20260131-120000F',
  repository: 1,
  kind: 'full',
  start: 1_000,
  stop: 1_060,
  size: 1_000,
  stored: 100,
  damaged: false,
};

/** A repository that says which it is as soon as it is restored from. */
const source = (name: string, list: Source['list']): Source => ({
  list,
  verify: async () => {},
  restore: async () => Promise.reject(new Error(`restored from ${name}`)),
});
const unreadable = () => Promise.reject(new Error('the repository cannot be read'));

const restore = (...sources: Source[]): Promise<void> =>
  restoreBeside(
    {
      sources,
      folder: tmpdir(),
      startCluster: () => Promise.reject(new Error('nothing to start')),
      runApp: async () => {},
      print: () => {},
    },
    { kind: 'label', label: full.label },
  );

test.each([
  ['has it → that one', source('now', async () => [full]), 'restored from now'],
  ['does not → the one from before', source('now', async () => []), 'restored from before'],
  ['cannot be read → the one from before', source('now', unreadable), 'restored from before'],
])('the repository that serves %s', async (_what, now, end) => {
  await expect(
    restore(
      now,
      source('before', async () => [full]),
    ),
  ).rejects.toThrow(end);
});

test('one cannot be read, the other has it not → that it cannot be read, not that there is none', async () => {
  await expect(
    restore(
      source('now', unreadable),
      source('before', async () => []),
    ),
  ).rejects.toThrow('cannot be read');
});

test('the database is larger than what is free → refused before anything is read or written, and it is said what helps', async () => {
  const verify = async () => Promise.reject(new Error('read'));
  const huge = { ...source('now', async () => [{ ...full, size: 1e18 }]), verify };
  await expect(restore(huge)).rejects.toThrow(/no room for a second copy.*are free\. What helps: a larger disk/);
});
