import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createReleaseLog, findPresent, parseReleases, type ReleaseLog } from '../../src/deploy/release-log.ts';
import { chooseRollback, parseRollback } from '../../src/deploy/rollback.ts';

let folder = '';
let log: ReleaseLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'releases-'));
  log = createReleaseLog({ folder });
});
afterEach(async () => await rm(folder, { recursive: true }));

const commitOf = (name: string) => name.repeat(40);
const release = (name: string, outcome: 'serves' | 'failed' = 'serves') => ({
  at: '2026-01-31T12:00:00Z',
  commit: commitOf(name),
  images: { APP_IMAGE: `app:${name}` },
  by: 'ann',
  seconds: 40,
  outcome,
  note: '',
});
/** Deploys these, a capital in front of those that fail. */
async function deploy(...names: string[]): Promise<void> {
  for (const name of names)
    await log.add(release(name.toLowerCase(), name === name.toLowerCase() ? 'serves' : 'failed'));
}
const present = async () => findPresent(await log.read())?.commit[0];
/** What a rollback that works writes down; answers what serves then. */
async function back(...words: string[]): Promise<string | undefined> {
  const { commit, images, number } = await chooseRollback({ log, now: () => 0 }, parseRollback(words));
  await log.add({ ...release('x'), commit, images, note: `rollback to ${number}`, backTo: number });
  return await present();
}
const bad = async (name: string) => await back(`BAD=${commitOf(name)}`, 'BY=ann');

describe('the log of releases', () => {
  test('numbers what is added, also after half a line that a power cut left', async () => {
    await deploy('a', 'B');
    expect((await log.read()).map(({ number }) => number)).toEqual([1, 2]);
    expect(parseReleases('{"number":1\n')).toEqual([]);
  });
  test('a release before reads what is written now: it may be the one that is gone back to', async () => {
    await deploy('a', 'b');
    await bad('b');
    const outcomes = (await log.read()).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['serves', 'serves', 'failed', 'serves']);
  });
});

describe('a rollback', () => {
  test('goes to the one before, passing over what failed and what is the same', async () => {
    await deploy('a', 'b', 'C', 'd', 'd');
    expect(await back()).toBe('b');
  });
  test('again and again goes further back, and ends at the first', async () => {
    await deploy('a', 'b', 'c');
    expect([await back(), await back()]).toEqual(['b', 'a']);
    await expect(back()).rejects.toThrow('no release before this one');
  });
  test('after another deployment comes to what served before that', async () => {
    await deploy('a', 'b');
    await back();
    await deploy('c');
    expect(await back()).toBe('a');
  });
  test('never goes by itself to one that nobody reached', async () => {
    await deploy('a', 'b');
    expect(await bad('b')).toBe('a');
    await expect(back()).rejects.toThrow('no release before this one');
    await deploy('c');
    expect(await back()).toBe('a');
  });
  test('passes over it also when going back from it has failed', async () => {
    await deploy('a', 'b');
    await chooseRollback({ log, now: () => 0 }, parseRollback([`BAD=${commitOf('b')}`]));
    await deploy('A', 'c');
    expect(await back()).toBe('a');
  });
  test('goes to one that is reached at another try', async () => {
    await deploy('a', 'b');
    await bad('b');
    await deploy('b', 'c');
    expect(await back()).toBe('b');
  });
  test('of what serves no longer is refused: somebody has deployed since', async () => {
    await deploy('a', 'b', 'c');
    await expect(bad('b')).rejects.toThrow('does not serve any more');
    expect(await log.read()).toHaveLength(3);
  });
  test('from the first one has nowhere to go, and that is no mark against it', async () => {
    await deploy('A', 'b');
    await expect(bad('b')).rejects.toThrow('no release before this one');
    await deploy('c');
    expect(await back()).toBe('b');
  });
  test('goes to a number, forth as well; to none that failed', async () => {
    await deploy('a', 'b', 'C', 'd');
    expect([await back('1'), await back('2'), await back()]).toEqual(['a', 'b', 'a']);
    await expect(back('3')).rejects.toThrow('release 3 is none that has served');
  });
});
