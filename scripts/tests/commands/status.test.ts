import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { status } from '../../src/commands/status.ts';
import { createJournal } from '../../src/deploy/journal.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'status-'));
});
afterEach(async () => await rm(root, { recursive: true }));

/** The screen where nothing runs, and the exit code. */
async function screen(): Promise<[number, string[]]> {
  const lines: string[] = [];
  const run = async () => ({ code: 0, stdout: '', stderr: '' });
  const code = await status({ root, env: {}, argv: [], run, print: (line) => lines.push(line) });
  return [code, lines];
}

test('nothing runs: it says how to start it, exit code 1', async () =>
  expect(await screen()).toEqual([1, ['nothing runs: scripts/up starts it']]));

test('a deployment that ended in the middle is on the screen, with what undoes it', async () => {
  await mkdir(join(root, '.deploy'));
  const entry = { commit: 'c'.repeat(40), by: 'ann', at: '2026-01-31T12:00:00Z', imageBefore: 'app:1' };
  await createJournal({ folder: join(root, '.deploy') }).write({ ...entry, begun: ['copy', 'files'] });
  expect((await screen())[1].at(-1)).toMatch(/ended at "files" and is not undone: shortstack-entry undo/);
});
