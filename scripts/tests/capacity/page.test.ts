import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { coefficients } from '../../src/capacity/coefficients.ts';
import { capacityPage } from '../../src/capacity/describe.ts';
import { limitsOf } from '../../src/capacity/limits.ts';
import { parseCapacityOptions, usualDemand } from '../../src/capacity/options.ts';
import { planFor, predictBreakpoint } from '../../src/capacity/plan.ts';
import { signals } from '../../src/capacity/signals.ts';
import { parts, sourceRows } from '../../src/capacity/sources.ts';
import { capacityData, capacityDocument, withMeasuredMonitoring } from '../../src/commands/capacity.ts';
import { parseUpOptions } from '../../src/commands/up-options.ts';
import { parseLoadOptions } from '../../src/load/options.ts';
import { readStackSettings, stackSettings } from '../../src/settings.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const figures = await withMeasuredMonitoring(root, coefficients.parse(JSON.parse(read(capacityData))));

describe('the capacity plan', () => {
  test('is what the figures say now: else run the command that it names', () => {
    const page = read(capacityDocument);
    const [, words = ''] = /`npm run capacity -- ([^`]*)`/.exec(page) ?? [];
    expect(page).toBe(capacityPage(figures, parseCapacityOptions(words.split(' ')).demand));
  });
  test('predicts the measured climb within 20 %, or says that there was none', () => {
    const predicted = predictBreakpoint(figures);
    if (predicted) expect(Math.abs(predicted.off)).toBeLessThanOrEqual(0.2);
    else expect(read(capacityDocument)).toContain('Not checked against a run yet');
  });
});

describe('the figures', () => {
  test.each(parts)('of %s: each one says how it came about, and the page shows it', (part) => {
    const { sources, ...values } = figures[part];
    expect(Object.keys(sources).toSorted()).toEqual(Object.keys(values).toSorted());
  });
  test('that nobody has measured are said to be assumed', () => {
    const rows = sourceRows(figures);
    expect(rows).toContainEqual(['CPU at rest', 'assumed, not measured', '', '']);
    const page = read(capacityDocument);
    for (const row of rows) expect(page).toContain(`| ${row.join(' | ')} |`);
  });
  const compose = read('docker-compose.yml');
  const usual = (name: string) => Number(new RegExp(`\\$\\{${name}:-([\\d.]+)\\}`).exec(compose)?.[1]);
  test('of a replica and of Postgres are those of the stack', () => {
    const { replica, connections } = figures;
    expect(replica).toEqual({
      cpus: usual('APP_CPUS'),
      targetShare: usual('AUTOSCALER_TARGET_PERCENT') / 100,
      connections: usual('CONNECTIONS_PER_REPLICA'),
      fewest: usual('AUTOSCALER_MIN'),
    });
    expect(figures.bounds).toEqual({
      replicas: usual('AUTOSCALER_MAX'),
      nginxCpus: usual('NGINX_CPUS'),
      postgresCpus: usual('POSTGRES_CPUS'),
      backupsKept: usual('BACKUP_KEEP'),
    });
    expect(compose).toContain(`-cmax_connections=${connections.most}\n`);
    expect(compose).toContain(`AUTOSCALER_CONNECTIONS_RESERVE: '${connections.reserve}'\n`);
  });
  test('what is to be changed at a limit can be changed', () => {
    const [machine] = figures.machines.list;
    if (!machine) throw new Error('no machine');
    const said = limitsOf(figures, planFor(figures, usualDemand), machine).map(({ change }) => change);
    const names = said.flatMap((change) => change.match(/[A-Z]+_[A-Z_]+/g) ?? []);
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) expect([name, compose.includes(`\${${name}:-`)]).toEqual([name, true]);
  });
});

describe('what to do when the machine is outgrown', () => {
  test('each alert that is named as a signal exists', () => {
    const rules = read('monitoring/prometheus/rules/alerts.yml');
    const named = signals.flatMap(({ threshold }) => [...threshold.matchAll(/alert (\w+)/g)].map(([, name]) => name));
    expect(named.length).toBeGreaterThan(4);
    for (const name of named) expect(rules).toContain(`alert: ${name}\n`);
  });
  test('each threshold is the one of its alert', () => {
    const rules = read('monitoring/prometheus/rules/alerts.yml').split('- alert: ');
    for (const { threshold } of signals) {
      const [, name] = /alert (\w+)/.exec(threshold) ?? [];
      if (name === undefined) continue;
      // The first of a name is the warning, at which there is still time.
      const rule = rules.find((text) => text.startsWith(`${name}\n`)) ?? '';
      const shares = [...threshold.matchAll(/(\d+) %/g)].map(([, percent]) => Number(percent) / 100);
      for (const share of shares) {
        const isThere = [share, 1 - share].some((value) =>
          new RegExp(`[<>] ${Number(value.toFixed(2))}\\b`).test(rule),
        );
        expect([name, share, isThere]).toEqual([name, share, true]);
      }
      const [, minutes] = /for (\d+) minutes?/.exec(threshold) ?? [];
      if (minutes !== undefined) expect([name, rule]).toEqual([name, expect.stringContaining(`for: ${minutes}m\n`)]);
    }
  });
  test('as many replicas as a command allows find their connections, and two more while a release rolls', () => {
    const { most, reserve } = figures.connections;
    const all = signals.filter(({ command }) => command.includes('AUTOSCALER_MAX='));
    expect(all.length).toBeGreaterThan(1);
    for (const { command } of all) {
      const of = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(command)?.[1]);
      const each = of('CONNECTIONS_PER_REPLICA');
      expect((of('AUTOSCALER_MAX') + 2) * each).toBeLessThanOrEqual(most - reserve);
      // Four are for its own loops and for listening.
      expect(of('DATABASE_POOL_SIZE')).toBe(each - 4);
    }
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
  test('each command takes the words that it is given', () => {
    const words = (pattern: RegExp) =>
      signals.flatMap(({ command }) => [...command.matchAll(pattern)].map(([, some = '']) => some.trim().split(/ +/)));
    const planned = words(/`npm run capacity -- ([^`]*)`/g);
    expect(planned.length).toBeGreaterThan(1);
    for (const each of planned)
      expect(() => parseCapacityOptions(each.map((word) => word.replace(/^N$/, '7')))).not.toThrow();
    const loads = words(/`scripts\/load ([^`]*)`/g);
    expect(loads.length).toBeGreaterThan(0);
    for (const each of loads) expect(() => parseLoadOptions(each)).not.toThrow();
    const ups = words(/`scripts\/up( [^`]*)`/g);
    expect(ups.length).toBeGreaterThan(0);
    for (const each of ups) expect(() => parseUpOptions(each)).not.toThrow();
  });
  test('each value that is to be set is one that the stack takes', () => {
    for (const { command } of signals) {
      const values = [...command.matchAll(/`([A-Z][A-Z0-9_]+)=([^`]*)`/g)].map(([, name = '', value]) => [name, value]);
      expect(readStackSettings(Object.fromEntries(values)).kind).toBe('ok');
    }
  });
  test('each script that is to be run exists', () => {
    const verbs = new Set(readdirSync(join(root, 'scripts')));
    const run = signals.flatMap(({ command }) =>
      [...command.matchAll(/scripts\/([\w-]+)/g)].map(([, verb = '']) => verb),
    );
    for (const verb of run) expect([verb, verbs.has(verb)]).toEqual([verb, true]);
  });
});
