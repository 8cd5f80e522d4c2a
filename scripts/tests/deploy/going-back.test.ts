import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deploySteps } from '../../src/deploy/host-steps.ts';
import { createJournal } from '../../src/deploy/journal.ts';
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
async function bring(urgent: boolean, without = ''): Promise<string[]> {
  const { server } = stack;
  const request = { commit, images: { APP_IMAGE: 'app:0' }, by: 'ann', askedAt: 0, urgent };
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

test('a deployment is refused while the autoscaler does not answer, before anything changes', async () => {
  stack.hung.add('autoscaler');
  await expect(bring(false)).rejects.toThrow('the autoscaler does not answer');
  expect([stack.serves(), stack.asked.filter((words) => words.includes(' restart '))]).toEqual(['app:1', []]);
});
