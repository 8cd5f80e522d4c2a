import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Backup } from '../../src/backup/backup.ts';
import { deploySteps } from '../../src/deploy/host-steps.ts';
import { type Run, ScriptError } from '../../src/platform/run.ts';
import { idleServer } from './idle-server.ts';

let root = '';
let said: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'backup-before-'));
  said = [];
});
afterEach(async () => await rm(root, { recursive: true }));

/** An engine with an image that has a migration, which the database has not seen. */
const run: Run = async (_program, args) => ({
  code: 0,
  stdout: args[0] === 'run' ? '001_first.sql\n' : '',
  stderr: '',
});

const asked = 1_700_000_000;
const madeAt = (start: number, more: Partial<Backup> = {}): Backup => ({
  ...{ label: 'label', repository: 1, kind: 'diff', stop: start + 9, size: 1, stored: 1, damaged: false },
  ...more,
  start,
});

/** The step before a migration, where a place of backups fails and these are known then. */
function backUp(list: () => Promise<Backup[]>): Promise<void> | undefined {
  const ask = () => Promise.reject(new ScriptError('backup diff: failed, why stands above'));
  const server = { ...idleServer({ root, run, print: (line) => said.push(line) }), keeper: { ask, list } };
  const request = { commit: 'c'.repeat(40), images: { APP_IMAGE: 'app:2' }, by: 'ann', askedAt: 0 };
  const now = () => asked * 1_000 + 500;
  const deps = { server, request, tree: root, incoming: server.compose, imageBefore: 'app:1', now };
  const steps = deploySteps(deps, { alerts: { kind: 'unwatched' }, at: 0 });
  return steps.find(({ name }) => name === 'backup')?.run();
}

test('the one here is made and storage elsewhere is away: it goes on, and says so', async () => {
  await backUp(async () => [madeAt(asked - 86_400, { repository: 2 }), madeAt(asked)]);
  expect(said).toEqual(['before 001_first.sql', expect.stringContaining('warning: the backup here is made')]);
});

test.each<[string, () => Promise<Backup[]>]>([
  ['the one here is from before', async () => [madeAt(asked - 1)]],
  ['the one here is damaged', async () => [madeAt(asked, { damaged: true })]],
  ['only the one elsewhere is made', async () => [madeAt(asked, { repository: 2 })]],
  ['none can be listed', () => Promise.reject(new ScriptError('the repository cannot be read'))],
])('%s: no migration is tried, for why the backup failed', async (_what, list) => {
  await expect(backUp(list)).rejects.toThrow('backup diff: failed');
});
