import { expect, test } from '@jest/globals';
import { createMetrics as createAutoscaler } from '../../autoscaler/src/metrics.ts';
import { allBoards } from '../src/boards/boards.ts';
import { annotations } from '../src/dashboards/dashboard.ts';
import { borrowed } from '../src/documents/borrowed.ts';
import {
  appSeries,
  autoscalerSeries,
  backupSeries,
  defaultSeries,
  described,
  metricsPage,
  recordedSeries,
} from '../src/documents/metrics.ts';
import { familyOf, seriesOf } from '../src/documents/series.ts';
import { alerts } from '../src/rules/groups.ts';
import { recordedGroups } from '../src/rules/recorded.ts';

test('the series of an expression → without functions, labels and windows', () => {
  expect(seriesOf('histogram_quantile(0.9, sum by (le) (rate(a_bucket{job="x"}[5m]))) > 1e9 or vector(0)')).toEqual([
    'a_bucket',
  ]);
  expect(seriesOf('sum(a - b offset $__interval) > 0')).toEqual(['a', 'b']);
});

test('alerts and panels use what somebody exports, and nothing else', async () => {
  const ours = [...(await appSeries()), ...(await autoscalerSeries()), ...backupSeries()].map(({ name }) => name);
  expect(backupSeries().length).toBeGreaterThan(8);
  const recorded = recordedGroups.flatMap(({ rules }) => rules.map(({ record }) => record));
  const known = new Set([
    ...ours,
    ...recorded,
    ...(await defaultSeries()).map(({ name }) => name),
    ...Object.values(borrowed).flatMap((series) => Object.keys(series)),
  ]);
  const panels = allBoards.flatMap(({ rows }) => rows.flatMap(({ panels: some }) => some));
  const expressions = [
    ...alerts.map(({ expr }) => expr),
    ...recordedGroups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ...annotations.map(([, , expr]) => expr),
    ...panels.filter(({ kind }) => kind !== 'logs').flatMap(({ queries }) => queries.map(({ expr }) => expr)),
  ];
  const used = [...new Set(expressions.flatMap((expr) => seriesOf(expr.replaceAll('$__range', '5m'))))];
  expect(used.length).toBeGreaterThan(60);
  expect(used.filter((name) => !known.has(name) && !known.has(familyOf(name)))).toEqual([]);
});

/** A row of one of the page's tables. */
type Row = { name: string; type: string; unit: string; meaning: string };

async function rows(): Promise<Row[]> {
  const lines = [...(await metricsPage()).matchAll(/^\| `([^`]+)` \| (\w+) \|[^|]*\| ([^|]+) \| (.*) \|$/gm)];
  return lines.map(([, name = '', type = '', unit = '', meaning = '']) => ({ name, type, unit, meaning }));
}

test('what others tell, what is worked out and what prom-client adds has a row with type, unit and meaning', async () => {
  const all = await rows();
  const told = [
    ...(await defaultSeries()),
    ...recordedSeries(),
    ...Object.values(borrowed).flatMap((series) => Object.entries(series).map(([name, rest]) => ({ name, ...rest }))),
  ];
  expect(told.length).toBeGreaterThan(60);
  for (const { meaning, name, type } of told)
    expect(all).toContainEqual({ name, type, unit: expect.stringMatching(/\w/), meaning });
  expect(all).toContainEqual(expect.objectContaining({ name: 'nodejs_eventloop_lag_p99_seconds', unit: 's' }));
});

test('a point in time is no span', async () => {
  const all = await rows();
  const times = [
    'process_start_time_seconds',
    'probe_ssl_earliest_cert_expiry',
    'backup_last_success_timestamp_seconds',
  ];
  for (const time of times) {
    const units = all.filter(({ name }) => name === time).map(({ unit }) => unit);
    expect([time, ...new Set(units)]).toEqual([time, 'Unix time, s']);
  }
});

test('prom-client has no series of its own in a process of ours that the page does not name', async () => {
  const named = new Set((await defaultSeries()).map(({ name }) => name));
  const inAutoscaler = (await described(createAutoscaler().registry)).filter(({ name }) =>
    /^(process|nodejs)_/.test(name),
  );
  expect(inAutoscaler.length).toBeGreaterThan(10);
  expect(inAutoscaler.filter(({ name }) => !named.has(name))).toEqual([]);
});
