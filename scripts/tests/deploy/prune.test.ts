import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { pruneTrees, unneeded } from '../../src/deploy/prune.ts';
import type { LoggedRelease } from '../../src/deploy/release-log.ts';

const name = (number: number) => `shortstack/app:${String(number).padStart(12, '0')}`;
const release = (number: number, outcome: LoggedRelease['outcome'] = 'serves'): LoggedRelease => ({
  number,
  at: '2026-01-31T12:00:00Z',
  commit: 'c',
  images: { APP_IMAGE: name(number) },
  by: 'ann',
  seconds: 40,
  outcome,
  note: '',
});

test('images of the last five good releases stay, also when others failed since; older ones go', () => {
  const log = [1, 2, 3, 4, 5, 6].map((number) => release(number)).concat(release(7, 'failed'));
  expect(unneeded([1, 2, 6, 7].map(name), log, {})).toEqual([name(1), name(7)]);
});

test('an image that a later release brought again stays', () =>
  expect(
    unneeded(
      [name(1)],
      [1, 2, 3, 4, 5, 6, 1].map((number) => release(number)),
      {},
    ),
  ).toEqual([]));

test('what is not named after its content, or not ours, is left alone', () =>
  expect(unneeded(['shortstack/app:latest', 'nginx:1.30.6', 'me/app:000000000001', ''], [], {})).toEqual([]));

test('what a setting names stays, though no release has it: an upgrade of Postgres can still be undone', () => {
  const before = 'shortstack/database:00000000000a';
  expect(unneeded([before, name(1)], [release(2)], { DATABASE_IMAGE_UPGRADED_FROM: before })).toEqual([name(1)]);
});

test('after some rollbacks the images of those that can still be gone back to are there', () => {
  const back = (number: number, to: number): LoggedRelease => ({
    ...release(number),
    ...release(to),
    number,
    backTo: to,
  });
  const log = [...[1, 2, 3, 4, 5].map((number) => release(number)), back(6, 4), back(7, 3), back(8, 2)];
  expect(unneeded([1, 2].map(name), log, {})).toEqual([]);
});

test('files of a release that cannot be gone back to go after a day; others stay, and what another is sending', async () => {
  const trees = await mkdtemp(join(tmpdir(), 'trees-'));
  const commit = (digit: string) => digit.repeat(40);
  const [served, old, fresh, half] = [commit('a'), commit('b'), commit('c'), `${commit('d')}.leaving`];
  const now = Date.parse('2026-02-02T12:00:00Z');
  for (const [name, hours] of [
    [served, 99],
    [old, 25],
    [fresh, 23],
    [half, 0],
    ['arriving.x', 99],
  ] as const) {
    await mkdir(join(trees, name));
    await writeFile(join(trees, name, 'file'), '');
    const at = new Date(now - hours * 3_600_000);
    await utimes(join(trees, name), at, at);
  }
  await pruneTrees(trees, [{ ...release(1), commit: served }], now);
  const left = await readdir(trees);
  await rm(trees, { recursive: true });
  expect(left.sort()).toEqual([served, 'arriving.x', fresh].sort());
});
