import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Run } from '../../src/platform/run.ts';
import { healthy } from '../support.ts';
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

const container = (service: string, health: string) => ({
  ...{ Id: service, Name: `/${service}`, Image: 'image', RestartCount: 0, Created: '2026-01-31T12:00:00Z' },
  State: { Status: 'running', Health: { Status: health } },
  Config: { Labels: { 'com.docker.compose.service': service } },
});

test.each([
  ['an Alertmanager that hangs', 'unhealthy', true, ['alertmanager']],
  ['an autoscaler that does not answer', 'healthy', false, ['autoscaler gate']],
  ['a Postgres that is on its way back', 'healthy', true, []],
])('%s: what begins anew, before services are waited for', async (_what, health, answers, anew) => {
  const containers = [
    ...['autoscaler', 'gate'].map((service) => container(service, 'healthy')),
    ...[container('alertmanager', health), container('postgres', 'unhealthy')],
  ];
  const run: Run = async (_program, args) => {
    asked.push(args.join(' '));
    if (args.at(-1) === 'status') return { code: answers ? 0 : 1, stdout: JSON.stringify(healthy), stderr: '' };
    const stdout = args[0] === 'ps' ? 'id' : args[0] === 'inspect' ? JSON.stringify(containers) : '';
    return { code: 0, stdout, stderr: '' };
  };
  await serverWith(run).startServices();
  const begun = asked.map((words) => words.split(' restart ')[1]).filter((words) => words !== undefined);
  expect([begun, asked.at(-1)]).toEqual([anew, expect.stringContaining(' up ')]);
});

/** An engine whose autoscaler tells one after another of this many serving replicas of two, and whose pages answer so. */
const replicasCome =
  (counts: number[], page: string): Run =>
  async (_program, args) => {
    asked.push(args.join(' '));
    if (args.includes('curl')) return { code: 0, stdout: page, stderr: '' };
    const replicas = Array.from({ length: counts.shift() ?? 0 }, () => healthy.replicas[0]);
    const decision = { desired: 2, wanted: 2, reason: 'cpu' };
    return { code: 0, stdout: JSON.stringify({ ...healthy, decision, replicas }), stderr: '' };
  };
const looks = () => asked.filter((words) => words.endsWith(' status')).length;

test('a replica more is wanted at the smoke test → it is waited for', async () => {
  expect([await serverWith(replicasCome([1, 1, 2], '200')).smoke(), looks()]).toEqual([[], 3]);
});

test('a page is wrong at the smoke test → it is said at once, and no replica waited for', async () => {
  const wrong = await serverWith(replicasCome([1], '502')).smoke();
  expect([wrong, looks()]).toEqual([
    ['http://127.0.0.1/health answers 502', 'https://127.0.0.1/health answers 502'],
    0,
  ]);
});
