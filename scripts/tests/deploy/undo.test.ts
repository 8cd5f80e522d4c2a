import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hostDeploy, undoAndTell } from '../../src/deploy/host-deploy.ts';
import { deploySteps } from '../../src/deploy/host-steps.ts';
import { createJournal } from '../../src/deploy/journal.ts';
import { createKept } from '../../src/deploy/kept.ts';
import { createReleaseLog } from '../../src/deploy/release-log.ts';
import { runSteps } from '../../src/deploy/steps.ts';
import { type FakeStack, fakeStack, layOut } from './fake-stack.ts';

const commit = 'c'.repeat(40);
let root = '';
let tree = '';
let said: string[] = [];
let stack: FakeStack;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'undo-'));
  said = [];
  stack = fakeStack({ root, print: (line) => said.push(line) });
  tree = await layOut(stack, commit);
});
afterEach(async () => await rm(root, { recursive: true }));

const log = () => createReleaseLog({ folder: stack.server.state }).read();
const request = { commit, images: { APP_IMAGE: 'app:2' }, by: 'bob', askedAt: 0 };
const hostDeps = () => ({ server: stack.server, project: 'shortstack', runIn: () => stack.run, now: Date.now });
const journal = () => createJournal({ folder: stack.server.state });

/** Deploys the tree, without the steps before the first change, which ask the machine. */
async function deploy(): Promise<void> {
  const { server } = stack;
  const deps = { server, request, tree, incoming: server.compose, imageBefore: 'app:1', now: Date.now };
  const all = deploySteps(deps, { alerts: { kind: 'unwatched' }, at: 0 });
  const steps = all.slice(all.findIndex(({ name }) => name === 'copy'));
  const begun = { commit, by: 'ann', at: '2026-01-31T12:00:00Z', imageBefore: 'app:1' };
  await runSteps({ journal: journal(), print: server.print }, steps, begun);
}

describe('a service of the release does not start', () => {
  test.each(['postgres', 'autoscaler', 'gate', 'certificates'])(
    '%s: what served before serves again, through services that are as before',
    async (service) => {
      await writeFile(join(tree, 'docker-compose.yml'), `services:\nbroken: ${service}\n`);
      await expect(deploy()).rejects.toThrow('failed at "services", everything is as before');
      expect([stack.serves(), stack.up.has(service)]).toEqual(['app:1', true]);
      expect(said.filter((line) => line.startsWith('undoing'))).toEqual(
        ['files', 'services', 'replicas'].map((name) => `undoing: ${name}`),
      );
      expect(await readFile(join(root, 'docker-compose.yml'), 'utf8')).toBe('services:\n');
      expect(await stack.server.settings()).toMatchObject({ APP_IMAGE: 'app:1' });
      expect(await journal().read()).toBeUndefined();
    },
  );
});

describe('what an interrupted deployment has left', () => {
  /** Ended at "services", when what was before needs a Postgres that starts no more. */
  async function leaveBroken(): Promise<void> {
    const begun = ['copy', 'files', 'replicas', 'services'];
    await createKept({ root, state: stack.server.state, first: false }).keep();
    await writeFile(join(stack.server.state, 'before', 'tree', 'docker-compose.yml'), 'services:\nbroken: postgres\n');
    await journal().write({
      commit: 'b'.repeat(40),
      by: 'ann',
      at: '2026-01-31T12:00:00Z',
      begun,
      imageBefore: 'app:1',
    });
  }
  const left =
    'the deployment of bbbbbbbbbbbb by ann: could not be undone: services, replicas. The next deployment tries again.';

  test('cannot be undone by the next one: that one is in the log, and whoever watches is told', async () => {
    await leaveBroken();
    await expect(hostDeploy(hostDeps(), request)).rejects.toThrow(left);
    expect(await log()).toMatchObject([{ commit, by: 'bob', outcome: 'failed', note: left }]);
    expect(stack.asked.filter((words) => words.includes('alertname='))).toEqual([
      expect.stringContaining('alertname=DeployNotUndone severity=critical'),
    ]);
    expect(await journal().read()).toBeDefined();
  });
  test('is undone at another try: whoever heard of it is told', async () => {
    await leaveBroken();
    await expect(undoAndTell(hostDeps())).rejects.toThrow(left);
    await writeFile(join(stack.server.state, 'before', 'tree', 'docker-compose.yml'), 'services:\n');
    expect(await undoAndTell(hostDeps())).toBe(true);
    expect(stack.asked.at(-1)).toContain('alertname=DeployNotUndone');
    expect([stack.up.has('postgres'), await undoAndTell(hostDeps())]).toEqual([true, false]);
  });
  test('cannot be noted either, for the disk is full: what failed is still what is said', async () => {
    await leaveBroken();
    await mkdir(join(stack.server.state, 'releases.jsonl'));
    await expect(hostDeploy(hostDeps(), request)).rejects.toThrow(left);
    expect(said.at(-1)).toContain('EISDIR');
  });
});

describe('a release that serves', () => {
  const at = '2026-01-31T12:00:00.000Z';
  const back = { ...request, urgent: true };
  const deps = () => ({ ...hostDeps(), now: () => Date.parse(at) });
  test('is in the log before its journal is closed: ended between, nothing is undone, and a rollback knows it', async () => {
    const { number } = await hostDeploy(deps(), back, 1);
    const begun = ['copy', 'files', 'replicas', 'services', 'edge', 'log'];
    await journal().write({ commit, by: 'bob', at, begun, imageBefore: 'app:1' });
    expect(await undoAndTell(hostDeps())).toBe(false);
    expect([stack.serves(), await journal().read(), (await log()).at(-1)?.number]).toEqual([
      'app:2',
      undefined,
      number,
    ]);
    expect(said.at(-1)).toBe('the deployment of cccccccccccc by bob was interrupted when it served already');
  });
  test('of the same commit earlier does not keep one that was interrupted from being undone', async () => {
    await hostDeploy(deps(), back, 1);
    const later = '2026-02-01T12:00:00.000Z';
    await journal().write({ commit, by: 'bob', at: later, begun: ['replicas'], imageBefore: 'app:1' });
    expect([await undoAndTell(hostDeps()), stack.serves()]).toEqual([true, 'app:1']);
  });
  test('and cannot be written into the log does not serve on: everything is as before', async () => {
    await mkdir(join(stack.server.state, 'releases.jsonl'));
    await expect(hostDeploy(deps(), back, 1)).rejects.toThrow('failed at "log", everything is as before');
    expect([stack.serves(), await journal().read()]).toEqual(['app:1', undefined]);
  });
});
