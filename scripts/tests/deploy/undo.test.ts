import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deploySteps } from '../../src/deploy/host-steps.ts';
import { createJournal } from '../../src/deploy/journal.ts';
import { runSteps } from '../../src/deploy/steps.ts';
import { type FakeStack, fakeStack } from './fake-stack.ts';

const commit = 'c'.repeat(40);
let root = '';
let tree = '';
let said: string[] = [];
let stack: FakeStack;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'undo-'));
  said = [];
  stack = fakeStack({ root, print: (line) => said.push(line) });
  tree = join(stack.server.state, 'trees', commit);
  await mkdir(join(stack.server.state, 'before', 'tree'), { recursive: true });
  for (const folder of [root, tree]) {
    await mkdir(join(folder, 'postgres'), { recursive: true });
    await writeFile(join(folder, 'postgres', 'roles.sh'), 'true');
    await writeFile(join(folder, 'docker-compose.yml'), 'services:\n');
  }
  await stack.server.remember({ APP_IMAGE: 'app:1', RELEASE: '1' });
  await stack.server.prepare();
});
afterEach(async () => await rm(root, { recursive: true }));

const journal = () => createJournal({ folder: stack.server.state });

/** Deploys the tree, without the steps before the first change, which ask the machine. */
async function deploy(): Promise<void> {
  const { server } = stack;
  const request = { commit, images: { APP_IMAGE: 'app:2' }, by: 'ann', askedAt: 0 };
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
