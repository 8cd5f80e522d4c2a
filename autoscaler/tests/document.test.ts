import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { document } from '../src/commands/document.ts';
import { simulate } from '../src/commands/simulate.ts';
import { marks, settingsTable, withSettings } from '../src/config-document.ts';
import { bounds, reasons } from '../src/decide/decision.ts';
import { edgeResults } from '../src/edge/edge.ts';
import { defaultTemplate } from '../src/edge/upstream.ts';
import { createMetrics } from '../src/metrics.ts';
import { causes } from '../src/release/release.ts';
import { refusals } from '../src/release/request.ts';
import { stepKinds } from '../src/replicas/plan.ts';
import { failures, states } from '../src/replicas/replica.ts';
import { stepResults } from '../src/replicas/step-context.ts';
import { ask } from './support/process.ts';

const path = join(import.meta.dirname, '..', '..', 'docs', 'autoscaler.md');
const text = await readFile(path, 'utf8');

test('the table of settings in docs/autoscaler.md → that of the code', () => {
  expect(withSettings(text)).toBe(text);
  expect(text).toContain(defaultTemplate);
});

test.each([
  ['reason', reasons],
  ['state', states],
  ['failure', failures],
  ['step', stepKinds],
  ['result of a step', stepResults],
  ['result of the edge', edgeResults],
  ['cause of a rollback', causes],
  ['refusal of a release', refusals],
])('each %s → explained', (_what, words) => {
  expect(words.filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
});

test('each bound, and each metric → named', async () => {
  expect(bounds.filter((bound) => !text.includes(bound))).toEqual([]);
  const own = (await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name);
  const named = own.filter((name) => name.startsWith('autoscaler_') && !text.includes(name));
  expect(named).toEqual([]);
});

test('the chart in docs → that of a fresh run', async () => {
  const directory = await mkdtemp(`${tmpdir()}/chart-`);
  await ask(simulate, {}, 'step', '--svg', `${directory}/step.svg`);
  const committed = await readFile(join(path, '..', 'autoscaler-step.svg'), 'utf8');
  expect(await readFile(`${directory}/step.svg`, 'utf8')).toBe(committed);
  await rm(directory, { recursive: true });
});

test('`document` → writes the table between its marks, and nothing where there are none', async () => {
  const directory = await mkdtemp(`${tmpdir()}/document-`);
  const file = `${directory}/page.md`;
  await writeFile(file, `before\n${marks.begin}\nold\n${marks.end}\nafter\n`);
  expect((await ask(document, {}, file)).code).toBe(0);
  expect(await readFile(file, 'utf8')).toBe(`before\n${settingsTable()}\nafter\n`);
  await writeFile(file, 'no marks');
  await expect(ask(document, {}, file)).rejects.toThrow(/no <!-- settings: begin/);
  await expect(ask(document, {})).rejects.toThrow(/usage/);
  await rm(directory, { recursive: true });
});
