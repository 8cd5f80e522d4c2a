import { expect, test } from '@jest/globals';
import { allBoards } from '../src/boards/boards.ts';
import { annotations } from '../src/dashboards/dashboard.ts';
import { borrowed, defaults } from '../src/documents/borrowed.ts';
import { appSeries, autoscalerSeries, backupSeries } from '../src/documents/metrics.ts';
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
    ...defaults,
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
