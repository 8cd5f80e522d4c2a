import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { firing, firingBefore, quietTime, requireQuiet } from '../../src/deploy/alerts.ts';
import { tellFailure, tellNotUndone, tellUndone } from '../../src/deploy/tell.ts';
import { createRun } from '../../src/platform/run.ts';
import { waitUntil } from '../../src/platform/wait-until.ts';
import { createCompose } from '../../src/stack/compose.ts';
import { freePort, root } from '../backup/support.ts';

const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
let alertmanager: ChildProcess;
let port = 0;
const local = createRun({ cwd: root, env: process.env });
const here = () => `http://127.0.0.1:${port}`;
const amtoolAt = (address: string, ...words: string[]) => local('amtool', [`--alertmanager.url=${address}`, ...words]);
const amtool = (...words: string[]) => amtoolAt(here(), ...words);

beforeAll(async () => {
  port = await freePort();
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(config, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  const where = [`--storage.path=${folder}`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  alertmanager = spawn('prometheus-alertmanager', [`--config.file=${config}`, ...where], { stdio: 'ignore' });
  const answers = async () => ((await amtool('alert', 'query')).code === 0 ? true : undefined);
  expect(await waitUntil(answers, { every: 100, within: 30_000, now: Date.now })).toBe(true);
});
afterAll(async () => {
  alertmanager.kill();
  if (alertmanager.exitCode === null) await once(alertmanager, 'exit');
  rmSync(folder, { recursive: true });
});

/** Compose as it is, on an engine in which the one container that is asked is the Alertmanager of this test. */
const composeWith = (service: string, address = here()) => {
  const inspected = {
    Id: 'id',
    Name: '/it',
    Image: 'image',
    RestartCount: 0,
    Created: '2026-01-31T12:00:00Z',
    State: { Status: 'running' },
    Config: { Labels: { 'com.docker.compose.service': service } },
  };
  return createCompose({
    project: 'of-a-test',
    async run(_program, args) {
      if (args[0] === 'ps') return { code: 0, stdout: 'id', stderr: '' };
      if (args[0] === 'inspect') return { code: 0, stdout: JSON.stringify([inspected]), stderr: '' };
      const words = args.slice(args.indexOf('amtool') + 1);
      return await amtoolAt(address, ...words.filter((word) => !word.startsWith('--alertmanager.url')));
    },
  });
};

describe('alerts and a deployment', () => {
  test('one that fired before is not held against it, one that fires since is, by its name', async () => {
    const compose = composeWith('alertmanager');
    await amtool('alert', 'add', 'alertname=Old', 'severity=critical');
    const before = await waitUntil(
      async () => {
        const now = await firing({ compose });
        return now.kind === 'names' && now.names.has('Old') ? now.names : undefined;
      },
      { every: 100, within: 10_000, now: Date.now },
    );
    if (!before) throw new Error('it does not fire');
    expect([...before]).toEqual(['Old']);
    await expect(requireQuiet({ compose }, before)).resolves.toBeUndefined();
    await amtool('alert', 'add', 'alertname=Fresh', 'severity=critical');
    await expect(requireQuiet({ compose }, before)).rejects.toThrow('alerts fire since: Fresh');
  });

  test('that fails is an alert itself, with the reason, whatever stands in it', async () => {
    const settings = async () => ({ RUNBOOK_URL: 'https://example.com/runbook.md' });
    await tellFailure({ compose: composeWith('alertmanager'), settings }, 'failed at "replicas", \\ and more');
    const { stdout } = await amtool('alert', 'query', '--output=json', 'alertname=DeployFailed');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        labels: { severity: 'warning', service: 'deployment' },
        annotations: {
          summary: "failed at 'replicas', ' and more",
          first_step: 'scripts/releases',
          runbook_url: 'https://example.com/runbook.md#deployfailed',
          panel_url: 'http://localhost:3000/d/shortstack-autoscaler',
        },
      },
    ]);
  });

  test('that cannot be undone is a critical one, which lasts until it is', async () => {
    const deps = { compose: composeWith('alertmanager'), settings: async () => ({}) };
    const fires = async () =>
      JSON.parse((await amtool('alert', 'query', '--output=json', 'alertname=DeployNotUndone')).stdout) as {
        endsAt: string;
      }[];
    await tellNotUndone(deps, 'failed at "edge": why; could not be undone: replicas', Date.now());
    const told = await fires();
    expect(told).toMatchObject([
      {
        labels: { severity: 'critical', service: 'deployment' },
        annotations: {
          summary: expect.stringContaining('could not be undone: replicas'),
          description: expect.not.stringContaining('as it was'),
          first_step: expect.stringContaining('shortstack-entry undo'),
          runbook_url: 'docs/runbook.md#deploynotundone',
        },
      },
    ]);
    expect(Date.parse(told[0]?.endsAt ?? '') - Date.now()).toBeGreaterThan(86_400_000);
    await tellUndone(deps, Date.now());
    expect(
      await waitUntil(async () => ((await fires()).length === 0 ? true : undefined), {
        every: 100,
        within: 10_000,
        now: Date.now,
      }),
    ).toBe(true);
  });

  test('a Prometheus that began with the deployment is looked at for longer: its first alerts are sent twice', async () => {
    const made = Date.parse('2026-01-31T12:00:00Z');
    const time = (service: string, begun: number) => quietTime({ compose: composeWith(service) }, begun);
    expect(await time('prometheus', made - 1)).toBeGreaterThan(60_000);
    expect(await time('prometheus', made + 1)).toBe(30_000);
    expect(await time('alertmanager', made - 1)).toBe(30_000);
  });

  test('without an Alertmanager nothing is asked', async () =>
    expect(await firing({ compose: composeWith('app') })).toEqual({ kind: 'unwatched' }));

  test('one that gives no answer is waited for, and then done without; one that falls silent later fails it', async () => {
    const [compose, began] = [composeWith('alertmanager', 'http://127.0.0.1:9'), performance.now()];
    expect(await firingBefore({ compose }, 1_500)).toEqual({
      kind: 'silent',
      why: expect.stringContaining('connection refused'),
    });
    expect(performance.now() - began).toBeGreaterThan(1_500);
    await expect(requireQuiet({ compose }, new Set())).rejects.toThrow('Alertmanager does not answer any more');
  });
});
