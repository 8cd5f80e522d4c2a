import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hostDeploy } from '../../src/deploy/host-deploy.ts';
import { deploySteps } from '../../src/deploy/host-steps.ts';
import { createJournal } from '../../src/deploy/journal.ts';
import type { ReleaseImages } from '../../src/deploy/request.ts';
import { runSteps } from '../../src/deploy/steps.ts';
import { type FakeStack, fakeStack, layOut } from './fake-stack.ts';

const commit = 'c'.repeat(40);
let root = '';
let tree = '';
let said: string[] = [];
let stack: FakeStack;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'going-back-'));
  said = [];
  stack = fakeStack({ root, print: (line) => said.push(line) });
  tree = await layOut(stack, commit);
});
afterEach(async () => await rm(root, { recursive: true }));

/** Brings the commit to serve: as a deployment, or as one that is gone back to. */
async function bring(urgent: boolean, without = '', more: ReleaseImages = {}): Promise<string[]> {
  const { server } = stack;
  const request = { commit, images: { APP_IMAGE: 'app:0', ...more }, by: 'ann', askedAt: 0, urgent };
  const deps = { server, request, tree, incoming: server.compose, imageBefore: 'app:1', now: Date.now };
  const all = deploySteps(deps, { alerts: { kind: 'unwatched' }, at: 0 });
  const steps = all.filter(({ name }) => name !== without);
  const journal = createJournal({ folder: server.state });
  const start = { commit, by: 'ann', at: '2026-01-31T12:00:00Z', imageBefore: 'app:1' };
  await runSteps({ journal, print: server.print }, steps, start);
  return steps.map(({ name }) => name);
}

describe('a rollback', () => {
  test.each(['autoscaler', 'gate', 'postgres'])(
    'from a release whose %s has broken: that of the one before starts first, and has it serve',
    async (service) => {
      await writeFile(join(root, 'docker-compose.yml'), `services:\nbroken: ${service}\n`);
      stack.up.delete(service);
      await bring(true);
      expect([stack.serves(), stack.up.has(service)]).toEqual(['app:0', true]);
    },
  );
  test('while the same autoscaler hangs: it begins anew', async () => {
    stack.hung.add('autoscaler');
    await bring(true);
    expect(stack.serves()).toBe('app:0');
    expect(said).toContain('the autoscaler does not answer: it begins anew with the other services');
  });
  test('goes the way of a deployment back: services, then replicas; what it needs of the machine is less', async () => {
    const back = await bring(true);
    expect([back.indexOf('replicas') - back.indexOf('services'), stack.prepared.at(-1)]).toEqual([1, true]);
    // The machine of this test may be a small one.
    const forth = await bring(false, 'preflight');
    expect([forth.indexOf('services') - forth.indexOf('replicas'), stack.prepared.at(-1)]).toEqual([1, false]);
  });
});

test('clocks are compared by when it was asked for, however long something was waited for since', async () => {
  const { server } = stack;
  const request = { commit, images: { APP_IMAGE: 'app:0' }, by: 'ann', askedAt: 1_000, urgent: true };
  const deps = { server, request, tree, incoming: server.compose, imageBefore: 'app:1', now: () => 500_000 };
  const preflight = (at: number) => deploySteps(deps, { alerts: { kind: 'unwatched' }, at })[0]?.run();
  await preflight(2_000);
  await expect(preflight(70_000)).rejects.toThrow('the clocks differ by 69 s');
});

test('a deployment is refused while the autoscaler does not answer, before anything changes', async () => {
  stack.hung.add('autoscaler');
  await expect(bring(false)).rejects.toThrow('the autoscaler does not answer');
  expect([stack.serves(), stack.asked.filter((words) => words.includes(' restart '))]).toEqual(['app:1', []]);
});

describe('Postgres was upgraded since', () => {
  const older = { DATABASE_IMAGE: 'database:17', BACKUP_IMAGE: 'backup:17' };
  const present = { DATABASE_IMAGE: 'database:18', BACKUP_IMAGE: 'backup:18' };
  beforeEach(async () => {
    stack.data.major = 18;
    await stack.server.remember(present);
    await stack.server.startServices();
    expect(stack.up).toContain('postgres');
  });
  const settings = () => stack.server.settings();

  test('a release that brings the one before is refused, before anything changes', async () => {
    await expect(bring(false, 'preflight', older)).rejects.toThrow(
      'failed at "configuration", everything is as before: the release brings Postgres 17, and the data here are of 18',
    );
    expect([stack.serves(), await settings()]).toEqual(['app:1', expect.objectContaining(present)]);
  });
  test.each(['database:17', 'database:gone'])(
    'a rollback to a release with the one before (%s) keeps what is here, and that is what the log has',
    async (DATABASE_IMAGE) => {
      const images = { APP_IMAGE: 'app:0', ...older, DATABASE_IMAGE };
      const request = { commit, images, by: 'ann', askedAt: 0, urgent: true };
      const deps = { server: stack.server, project: 'shortstack', runIn: () => stack.run, now: Date.now };
      expect((await hostDeploy(deps, request, 1)).images).toEqual({ APP_IMAGE: 'app:0', ...present });
      expect([stack.serves(), await settings()]).toEqual(['app:0', expect.objectContaining(present)]);
      expect(said).toContainEqual(expect.stringContaining('Postgres and its backups stay as they are'));
    },
  );
  test('a release with another build of the same is taken', async () => {
    await bring(false, 'preflight', { DATABASE_IMAGE: 'another:18' });
    expect([stack.serves(), await settings()]).toEqual([
      'app:0',
      expect.objectContaining({ DATABASE_IMAGE: 'another:18' }),
    ]);
  });
});
