import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploySteps } from '../../src/deploy/host-steps.ts';
import { createJournal } from '../../src/deploy/journal.ts';
import { createReleaseLog } from '../../src/deploy/release-log.ts';
import { findUnfinished, readUnfinished } from '../../src/doctor/unfinished.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unfinished-'));
});
afterEach(async () => await rm(root, { recursive: true }));

/** What is found where the engine says this of the container of a deployment. */
const found = async (running: string) =>
  findUnfinished(await readUnfinished({ root, run: async () => ({ code: 0, stdout: running, stderr: '' }) }));

const deployment = { commit: 'c'.repeat(40), by: 'ann', at: '2026-01-31T12:00:00Z' };
const state = () => join(root, '.deploy');

/** A journal that nobody has closed. */
async function leave(...begun: string[]): Promise<void> {
  await mkdir(state());
  await createJournal({ folder: state() }).write({ ...deployment, imageBefore: 'app:1', begun });
}

const noteServing = (at: string) =>
  createReleaseLog({ folder: state() }).add({
    ...{ ...deployment, at, images: { APP_IMAGE: 'app:2' } },
    ...{ outcome: 'serves', note: '', seconds: 42 },
  });

test('no deployment, or all have ended: nothing is found', async () => expect(await found('')).toEqual([]));

test.each(['', 'false\n'])(
  'one ended in the middle: it is wrong, and how to undo it stands there (%j)',
  async (said) => {
    await leave('copy', 'files');
    expect(await found(said)).toEqual([
      {
        kind: 'wrong',
        what: 'the deployment of cccccccccccc by ann ended at "files" and is not undone',
        remedy: expect.stringMatching(/^shortstack-entry undo/),
      },
    ]);
  },
);

/** As the next deployment, or undoing, says and does: it closes the journal. */
const nothingToUndo = expect.stringMatching(
  /^nothing is to be undone, only its journal to be closed: shortstack-entry undo/,
);

test('one serves and its journal was not closed: a warning, and that there is nothing to undo', async () => {
  await leave('copy', 'files', 'replicas', 'log');
  await noteServing(deployment.at);
  expect(await found('')).toEqual([
    {
      kind: 'warning',
      what: 'the deployment of cccccccccccc by ann serves, and was interrupted after that',
      remedy: nothingToUndo,
    },
  ]);
});

test('one ended in the middle whose commit has served before: it is wrong all the same', async () => {
  await leave('copy', 'files');
  await noteServing('2026-01-30T12:00:00Z');
  expect(await found('')).toMatchObject([{ kind: 'wrong' }]);
});

test('one ended before it changed anything: a warning, and that there is nothing to undo', async () => {
  await leave('preflight', 'images', 'configuration', 'backup', 'copy');
  expect(await found('')).toEqual([
    {
      kind: 'warning',
      what: 'the deployment of cccccccccccc by ann ended at "copy", before it changed anything',
      remedy: nothingToUndo,
    },
  ]);
});

test('the step of which it is told that none before it changes anything is the first that can be undone', () => {
  const deps = { request: { images: {} } } as Parameters<typeof deploySteps>[0];
  const steps = deploySteps(deps, { alerts: { kind: 'unwatched' }, at: 0 });
  expect(steps.find(({ undo }) => undo)?.name).toBe('files');
});

test('one is under way: that is no more than a warning', async () => {
  await leave('copy', 'files');
  expect(await found('true\n')).toMatchObject([{ kind: 'warning', what: expect.stringContaining('is under way') }]);
});
