import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lowerMonitoring, prometheus, raiseMonitoring } from './support/monitoring.ts';
import { base, checkout } from './support/place.ts';
import { docker, script } from './support/programs.ts';
import { eventually, rest, stack } from './support/stack.ts';

const rules = join(checkout, 'monitoring', 'prometheus', 'rules', 'more.yml');
const routes = join(checkout, 'monitoring', 'alertmanager', 'routes.yml');
const nginx = join(checkout, 'nginx', 'nginx.conf');
const rule = (expression: string) =>
  `groups:\n  - name: more\n    rules:\n      - { alert: More, expr: '${expression}', labels: { severity: info } }\n`;

beforeAll(async () => {
  await rest();
  await raiseMonitoring();
}, 600_000);
afterAll(async () => {
  await rm(rules, { force: true });
  await lowerMonitoring();
}, 300_000);

const up = () => script('up', '--images=debian', '--profile', 'observability');

/** Containers by service; replicas come and go with the load. */
async function ids(): Promise<Record<string, string>> {
  const running = (await stack.list()).filter(({ service, state }) => state === 'running' && service !== 'app');
  return Object.fromEntries(running.map(({ service, id }) => [service, id]));
}

async function differing(before: Record<string, string>): Promise<string[]> {
  const after = await ids();
  return Object.keys({ ...before, ...after }).filter((service) => before[service] !== after[service]);
}

async function hasRule(): Promise<boolean> {
  const { data } = (await (await fetch(`${prometheus}/rules`)).json()) as { data: { groups: { name: string }[] } };
  return data.groups.some(({ name }) => name === 'more');
}

test('nothing has changed: every container stays', async () => {
  const before = await ids();
  expect(Object.keys(before)).toEqual(expect.arrayContaining(['nginx', 'prometheus', 'alertmanager', 'blackbox']));
  expect((await up()).code).toBe(0);
  expect(await differing(before)).toEqual([]);
}, 300_000);

test('a rule is added: it is in effect after up, and nobody but Prometheus is another container', async () => {
  const before = await ids();
  expect(await hasRule()).toBe(false);
  await writeFile(rules, rule('vector(1)'));
  expect((await up()).code).toBe(0);
  expect(await eventually('Prometheus has the rule', async () => (await hasRule()) || undefined)).toBe(true);
  expect(await differing(before)).toEqual(['prometheus']);
}, 300_000);

test.each([
  ['a rule that Prometheus does not take', 'prometheus', () => writeFile(rules, rule('vector('))],
  ['a route that Alertmanager does not take', 'alertmanager', () => appendFile(routes, '\nnonsense: true\n')],
  ['a setting that nginx does not take', 'nginx', () => appendFile(nginx, '\nnonsense;\n')],
])(
  '%s: up says so before anything changes, and what runs goes on',
  async (_what, service, change) => {
    const texts = await Promise.all([rules, routes, nginx].map((path) => readFile(path, 'utf8')));
    const before = await ids();
    await change();
    const { code, stdout, stderr } = await up();
    await Promise.all([rules, routes, nginx].map((path, index) => writeFile(path, texts[index] ?? '')));
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(`checking the configuration of ${service}`)]);
    expect(await differing(before)).toEqual([]);
    expect([await hasRule(), (await fetch(`${base}/health`)).status]).toEqual([true, 200]);
  },
  300_000,
);

test("nginx's own file changes: it is another container, and serves by it", async () => {
  const before = await ids();
  await appendFile(nginx, '\n# Changed.\n');
  expect((await up()).code).toBe(0);
  expect(await differing(before)).toEqual(['nginx']);
  expect(await docker('exec', (await ids())['nginx'] ?? '', 'tail', '-n', '1', '/etc/nginx/nginx.conf')).toBe(
    '# Changed.',
  );
  await eventually('it serves', async () => ((await fetch(`${base}/health`)).ok ? true : undefined));
}, 300_000);
