import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createServer } from '../../src/deploy/server.ts';
import type { Run } from '../../src/platform/run.ts';
import { createAutoscaler } from '../../src/stack/autoscaler.ts';
import { createCompose } from '../../src/stack/compose.ts';

let root = '';
let asked: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'server-'));
  asked = [];
});
afterEach(async () => await rm(root, { recursive: true }));

/** An engine that has these volumes. */
const engine =
  (...volumes: string[]): Run =>
  async (_program, args) => {
    asked.push(args.join(' '));
    return { code: 0, stdout: args[1] === 'ls' ? volumes.join('\n') : '', stderr: '' };
  };

function serverWith(run: Run) {
  const compose = createCompose({ run, project: 'shortstack' });
  return createServer({
    root,
    state: join(root, '.deploy'),
    run,
    compose,
    autoscaler: createAutoscaler({ compose }),
    keeper: { ask: async () => {}, list: async () => [] },
    settings: async () => ({}),
    remember: async () => {},
    roles: { ensure: async () => {} },
    services: async () => [],
    prepare: async () => {},
    by: 'ann',
    print: () => {},
  });
}

test('what was begun is taken down: the autoscaler forgets the release that failed, the data stay', async () => {
  await writeFile(join(root, 'docker-compose.yml'), '');
  await serverWith(engine('shortstack_postgres', 'shortstack_autoscaler', 'shortstack_backups')).takeDown();
  expect(asked.filter((words) => words.startsWith('volume rm'))).toEqual(['volume rm shortstack_autoscaler']);
  expect(asked.findIndex((words) => words.includes(' down '))).toBeLessThan(asked.indexOf(asked.at(-1) ?? ''));
  expect(asked.join('\n')).not.toContain('--volumes');
});

test('nothing was begun: nothing is asked', async () => {
  await serverWith(engine('shortstack_autoscaler')).takeDown();
  expect(asked).toEqual([]);
});
