import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { coefficients } from '../../src/capacity/coefficients.ts';
import { capacityPage } from '../../src/capacity/describe.ts';
import { usualDemand } from '../../src/capacity/options.ts';
import { predictBreakpoint } from '../../src/capacity/plan.ts';
import { signals } from '../../src/capacity/signals.ts';
import { capacityData, capacityDocument, withMeasuredMonitoring } from '../../src/commands/capacity.ts';
import { stackSettings } from '../../src/settings.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const figures = await withMeasuredMonitoring(root, coefficients.parse(JSON.parse(read(capacityData))));

describe('the capacity plan', () => {
  test('is what the figures say now: else run `npm run capacity -- --write`', () =>
    expect(read(capacityDocument)).toBe(capacityPage(figures, usualDemand)));
  test('predicts the measured climb within 20 %, or says that there was none', () => {
    const predicted = predictBreakpoint(figures);
    if (predicted) expect(Math.abs(predicted.off)).toBeLessThanOrEqual(0.2);
    else expect(read(capacityDocument)).toContain('Not checked against a run yet');
  });
});

describe('what to do when the machine is outgrown', () => {
  test('each alert that is named as a signal exists', () => {
    const rules = read('monitoring/prometheus/rules/alerts.yml');
    const named = signals.flatMap(({ threshold }) => [...threshold.matchAll(/alert (\w+)/g)].map(([, name]) => name));
    expect(named.length).toBeGreaterThan(4);
    for (const name of named) expect(rules).toContain(`alert: ${name}\n`);
  });
  test('each setting that is to be changed exists', () => {
    const known = new Set(stackSettings.map(({ name }) => name));
    const more = read('docker-compose.yml');
    const set = signals.flatMap(({ command }) =>
      [...command.matchAll(/`([A-Z][A-Z0-9_]+)=/g)].map(([, name = '']) => name),
    );
    expect(set.length).toBeGreaterThan(4);
    for (const name of set) expect([name, known.has(name) || more.includes(`\${${name}:-`)]).toEqual([name, true]);
  });
  test('each script that is to be run exists', () => {
    const verbs = new Set(readdirSync(join(root, 'scripts')));
    const run = signals.flatMap(({ command }) =>
      [...command.matchAll(/scripts\/([\w-]+)/g)].map(([, verb = '']) => verb),
    );
    for (const verb of run) expect([verb, verbs.has(verb)]).toEqual([verb, true]);
  });
});
