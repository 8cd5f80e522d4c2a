import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { undoUnfinished } from '../../src/deploy/host-deploy.ts';
import { deploySteps } from '../../src/deploy/host-steps.ts';
import { createJournal } from '../../src/deploy/journal.ts';
import type { Run } from '../../src/platform/run.ts';
import { createCompose } from '../../src/stack/compose.ts';
import { idleServer } from './idle-server.ts';

let root = '';
let said: string[] = [];
let asked: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'host-deploy-'));
  [said, asked] = [[], []];
});
afterEach(async () => await rm(root, { recursive: true }));

const alertmanager = {
  ...{ Id: 'id', Name: '/it', Image: 'image', RestartCount: 0, Created: '2026-01-31T12:00:00Z' },
  State: { Status: 'running' },
  Config: { Labels: { 'com.docker.compose.service': 'alertmanager' } },
};

/** An engine whose Alertmanager runs and does not answer, nor does its autoscaler. */
const silent: Run = async (_program, args) => {
  asked.push(args.join(' '));
  if (args[0] === 'ps') return { code: 0, stdout: 'id', stderr: '' };
  if (args[0] === 'inspect') return { code: 0, stdout: JSON.stringify([alertmanager]), stderr: '' };
  return args.includes('amtool') || args.includes('autoscaler')
    ? { code: 1, stdout: '', stderr: 'connection refused' }
    : { code: 0, stdout: '', stderr: '' };
};

const silentServer = () => idleServer({ root, run: silent, print: (line) => said.push(line) });

test('an Alertmanager that does not answer keeps nothing from being undone: it is not asked', async () => {
  const server = silentServer();
  await mkdir(join(server.state, 'before', 'tree'), { recursive: true });
  await writeFile(join(server.state, 'before', 'tree', 'file'), 'as before');
  await writeFile(join(server.state, 'before', 'env'), 'A=1\n');
  await writeFile(join(root, 'file'), 'changed');
  const journal = createJournal({ folder: server.state });
  const at = '2026-01-31T12:00:00Z';
  await journal.write({
    commit: 'c'.repeat(40),
    by: 'ann',
    at,
    begun: ['copy', 'files', 'services'],
    imageBefore: 'app:1',
  });
  const deps = { server, project: 'shortstack', runIn: () => silent, now: Date.now };
  expect(await undoUnfinished(deps)).toBe(true);
  expect(await journal.read()).toBeUndefined();
  expect(said).toContain('undoing: services');
  expect(asked.join('\n')).not.toContain('amtool');
});

test('what fired before is not known: the last step says that it could not look, and the release serves', async () => {
  const server = silentServer();
  const compose = createCompose({ run: silent, project: 'shortstack' });
  const request = { commit: 'c'.repeat(40), images: {}, by: 'ann', askedAt: 0 };
  const deps = { server, request, tree: root, incoming: compose, imageBefore: '', now: Date.now };
  const steps = deploySteps(deps, { alerts: { kind: 'silent', why: 'connection refused' }, at: 0 });
  await steps.at(-1)?.run();
  expect(said).toEqual(['not looked at: Alertmanager did not say what fired before (connection refused)']);
});
