import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { restore } from '../../src/commands/restore.ts';
import type { Run } from '../../src/platform/run.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import { root as project } from '../backup/support.ts';

let root = '';
let asked: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'restore-'));
  asked = [];
  await cp(join(project, 'postgres'), join(root, 'postgres'), { recursive: true });
  await createSecretStore({ root }).ensure();
  await createSecretStore({ root }).remember({ COMPOSE_PROJECT_NAME: 'it', POSTGRES_VOLUME: 'it_postgres' });
});
afterEach(async () => await rm(root, { recursive: true }));

const postgres = {
  Id: 'p',
  Name: '/it-postgres-1',
  State: { Status: 'running' },
  Config: { Labels: { 'com.docker.compose.service': 'postgres' } },
};

/** An engine on which all goes well but what one says. */
const engine =
  (failing = 'nothing'): Run =>
  async (_docker, args) => {
    const words = args.join(' ');
    asked.push(words);
    if (words.includes(failing)) return { code: 1, stdout: '', stderr: 'failed' };
    const stdout = args[0] === 'ps' ? 'p\n' : args[0] === 'inspect' ? JSON.stringify([postgres]) : '';
    return { code: 0, stdout, stderr: '' };
  };

const run = (failing?: string) => restore({ root, env: {}, argv: [], run: engine(failing), print: () => {} });
const when = (what: string): number => asked.findIndex((words) => words.includes(what));

test('what was restored serves, then it is backed up, and only then its sums are compared, which takes longest', async () => {
  expect(await run()).toBe(0);
  const order = ['restore restore', 'stop postgres backup', 'up --detach', 'keeper backup full', 'reconcile --repair'];
  expect(order.map(when).toSorted((a, b) => a - b)).toEqual(order.map(when));
  expect(order.map(when)).not.toContain(-1);
});

test('the backup fails: the sums are compared all the same, and it is said that it serves', async () => {
  await expect(run('keeper backup full')).rejects.toThrow('it serves, but not every place has a backup');
  expect(when('reconcile --repair')).toBeGreaterThan(0);
});

test('the sums cannot be compared: it is said that it serves, and with what to try again', async () =>
  await expect(run('reconcile')).rejects.toThrow(
    /it serves.*docker compose run --rm --no-deps app app\/src\/main.ts reconcile --repair tries again/,
  ));

test('nothing could be restored: the settings stay, and no volume is left', async () => {
  await expect(run('restore restore')).rejects.toThrow('nothing was restored');
  expect((await createSecretStore({ root }).environment())['POSTGRES_VOLUME']).toBe('it_postgres');
  expect(when('volume rm --force it_postgres_')).toBeGreaterThan(0);
});
