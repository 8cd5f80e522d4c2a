import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from './support/eventually.ts';
import { checkout, docker, environment, name, onServer } from './support/place.ts';
import { bookmark, change, commit, lastRelease, running, script } from './support/server.ts';

const watching = [
  'prometheus',
  'alertmanager',
  'blackbox',
  'node-exporter',
  'postgres-exporter',
  'redis-exporter',
  'nginx-exporter',
];
const rules = 'monitoring/prometheus/rules/more.yml';

/** Images of the monitoring, for a server that reaches no registry. */
function loadImages(): void {
  const { services } = JSON.parse(
    docker(
      'compose',
      '--file',
      join(checkout, 'docker-compose.yml'),
      '--profile',
      'observability',
      'config',
      '--format',
      'json',
    ),
  ) as { services: Record<string, { image: string }> };
  const images = watching.map((service) => services[service]?.image ?? '');
  const pipe = `set -o pipefail; docker save "$@" | docker exec -i ${name} docker load --quiet`;
  execFileSync('bash', ['-c', pipe, 'bash', ...images], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
}

const inside = (service: string, command: string) => onServer(`docker exec shortstack-${service}-1 ${command}`);
const alertsNow = () => inside('alertmanager', 'amtool --alertmanager.url=http://127.0.0.1:9093 alert query');

beforeAll(async () => {
  loadImages();
  await onServer("sed -i '/^COMPOSE_PROFILES=/d' /opt/shortstack/.env");
  await onServer('echo COMPOSE_PROFILES=observability >> /opt/shortstack/.env');
}, 300_000);
afterAll(async () => {
  await onServer("sed -i 's/^COMPOSE_PROFILES=.*/COMPOSE_PROFILES=/' /opt/shortstack/.env");
  await onServer(`docker rm -f ${watching.map((service) => `shortstack-${service}-1`).join(' ')}`);
});

test('the monitoring is chosen: a deployment starts it, and the next one is watched by it', async () => {
  change('// With what watches it.');
  expect(await script('deploy')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no Alertmanager has watched'),
  });
  await eventually('the watchdog has come', async () => ((await alertsNow()).includes('Watchdog') ? true : undefined));
  change('// And watched.');
  expect(await script('deploy')).toMatchObject({ code: 0, stdout: expect.not.stringContaining('no Alertmanager') });
});

test('a rule that Prometheus does not take: refused before anything changes', async () => {
  const takeBack = bookmark();
  const before = await running();
  commit({ [rules]: 'groups: [{ name: more, rules: [{ alert: More, expr: "vector(" }] }]\n' });
  const { code, stdout, stderr } = await script('deploy');
  takeBack();
  expect([code, stdout + stderr]).toEqual([1, expect.stringContaining('failed at "configuration"')]);
  expect(await running()).toEqual(before);
});

test('an alert fires that did not before: everything is as before, and Alertmanager is told', async () => {
  const takeBack = bookmark();
  const before = await running();
  const rule =
    '{ alert: WorseThanBefore, expr: vector(1), labels: { severity: critical }, annotations: { summary: x } }';
  commit({
    [rules]: `groups: [{ name: more, rules: [${rule}] }]\n`,
    'app/src/main.ts': (text) => `// Worse than before.\n${text}`,
  });
  const { code, stdout, stderr } = await script('deploy');
  takeBack();
  expect([code, stdout + stderr]).toEqual([
    1,
    expect.stringContaining('failed at "quiet", everything is as before: alerts fire since: WorseThanBefore'),
  ]);
  expect(await running()).toEqual(before);
  expect(await inside('prometheus', 'ls /etc/prometheus/rules')).not.toContain('more.yml');
  expect(await alertsNow()).toContain('DeployFailed');
  expect(await lastRelease()).toContain('failed');
});

/** Takes the copy of the settings away, when a commit's deployment has begun with its replicas. Watched there, so as not to miss it. */
const loseSettings = (commit: string) =>
  onServer(`cd /opt/shortstack/.deploy; for _ in $(seq 15000); do
    if grep -qs '${commit}.*"replicas"' journal.json; then mv before/env /root/env-before; exit; fi
    sleep 0.02
  done; exit 1`);

test('one that fails and cannot be undone: critical, found by doctor, and over when it is undone', async () => {
  const takeBack = bookmark();
  const before = await running();
  const bad = change("if (process.argv[2] === 'serve') process.exit(1);");
  const deployed = script('deploy');
  await loseSettings(bad);
  const { code, stdout, stderr } = await deployed;
  takeBack();
  expect([code, stdout + stderr]).toEqual([
    1,
    expect.stringMatching(/failed at "replicas": .*; could not be undone: files\./),
  ]);
  expect(await lastRelease()).toContain('could not be undone: files');
  await eventually('it is told', async () => ((await alertsNow()).includes('DeployNotUndone') ? true : undefined));
  const doctor = () => onServer('cd /opt/shortstack && scripts/doctor || true');
  expect(await doctor()).toContain('ended at "replicas" and is not undone');
  await onServer('mv /root/env-before /opt/shortstack/.deploy/before/env');
  expect(await onServer('shortstack-entry undo')).toContain('everything is as before');
  expect(await running()).toEqual(before);
  await eventually('it is over', async () => ((await alertsNow()).includes('DeployNotUndone') ? undefined : true));
  expect(await doctor()).not.toContain('is not undone');
});
