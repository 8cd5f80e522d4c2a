import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createJournal } from '../../src/deploy/journal.ts';
import { findUnfinished, readUnfinished } from '../../src/doctor/unfinished.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unfinished-'));
});
afterEach(async () => await rm(root, { recursive: true }));

/** What is found where the engine says this of the container of a deployment. */
const found = async (running: string) =>
  findUnfinished(await readUnfinished({ root, run: async () => ({ code: 0, stdout: running, stderr: '' }) }));

async function leave(): Promise<void> {
  await mkdir(join(root, '.deploy'));
  const entry = { commit: 'c'.repeat(40), by: 'ann', at: '2026-01-31T12:00:00Z', imageBefore: 'app:1' };
  await createJournal({ folder: join(root, '.deploy') }).write({ ...entry, begun: ['copy', 'files'] });
}

test('no deployment, or all have ended: nothing is found', async () => expect(await found('')).toEqual([]));

test.each(['', 'false\n'])(
  'one ended in the middle: it is wrong, and how to undo it stands there (%j)',
  async (said) => {
    await leave();
    expect(await found(said)).toEqual([
      {
        kind: 'wrong',
        what: 'the deployment of cccccccccccc by ann ended at "files" and is not undone',
        remedy: expect.stringContaining('shortstack-entry undo'),
      },
    ]);
  },
);

test('one is under way: that is no more than a warning', async () => {
  await leave();
  expect(await found('true\n')).toMatchObject([{ kind: 'warning', what: expect.stringContaining('is under way') }]);
});
