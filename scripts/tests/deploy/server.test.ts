import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Run } from '../../src/platform/run.ts';
import { idleServer } from './idle-server.ts';

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

const serverWith = (run: Run) => idleServer({ root, run });

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

test('a migration is pending that the database has not seen; what is done ahead of it is none of its own', async () => {
  const run: Run = async (_program, args) => {
    const stdout = args[0] === 'run' ? '010_a.sql\n020_b.ahead.sql\n020_b.sql\n' : '010_a.sql\n';
    return { code: 0, stdout, stderr: '' };
  };
  expect(await serverWith(run).pendingMigrations('app:2')).toEqual(['020_b.sql']);
});

test.each([
  ['unhealthy', true],
  ['starting', false],
])('an Alertmanager that is %s begins anew before services are waited for: %s', async (health, anew) => {
  const container = {
    ...{ Id: 'id', Name: '/it', Image: 'image', RestartCount: 0, Created: '2026-01-31T12:00:00Z' },
    State: { Status: 'running', Health: { Status: health } },
    Config: { Labels: { 'com.docker.compose.service': 'alertmanager' } },
  };
  const run: Run = async (_program, args) => {
    asked.push(args.join(' '));
    const stdout = args[0] === 'ps' ? 'id' : args[0] === 'inspect' ? JSON.stringify([container]) : '';
    return { code: 0, stdout, stderr: '' };
  };
  await serverWith(run).startServices();
  const restarted = asked.findIndex((words) => words.endsWith(' restart alertmanager'));
  expect([restarted >= 0, restarted < asked.findIndex((words) => words.includes(' up '))]).toEqual([anew, true]);
});
