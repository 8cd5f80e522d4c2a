import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchorOf } from '../../src/alerts/alert.ts';
import { allBoards } from '../../src/boards/boards.ts';
import { boards, type Panel, panelId } from '../../src/panels.ts';
import { alerts } from '../../src/rules/groups.ts';
import { recordedGroups } from '../../src/rules/recorded.ts';

const root = join(import.meta.dirname, '..', '..', '..');
/** The last two are told by a deployment itself. */
const names = [...new Set(alerts.map(({ name }) => name)), 'DeployFailed', 'DeployNotUndone'];
const runbook = await readFile(join(root, 'docs', 'runbook.md'), 'utf8');
const shown = new Set(
  allBoards.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.map(({ panel }) => panel.join()))),
);

/** Alerts of what is or is not, of which nothing can be measured; how long already, each message says by itself. */
const withoutNumber: Readonly<Record<string, string>> = {
  ServiceDown: 'no container of it answers',
  RedisDown: 'it answers or it does not',
  PostgresDown: 'it answers or it does not',
  EdgeRefusesUpstream: 'nginx takes its configuration or refuses it',
  MonitoringDown: 'it answers or it does not',
  Watchdog: 'always fires',
};

describe('each alert', () => {
  test.each(names)('%s has a heading in the runbook with all its parts', (name) => {
    const section = runbook.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? '';
    expect(section).not.toBe('');
    if (name === 'Watchdog') return;
    for (const part of ['Users:', 'See it:', 'First aid:', 'Cause and cure:', 'Wake somebody:'])
      expect(section).toContain(`**${part}**`);
  });

  test.each(alerts.map((alert) => [alert.name, alert] as const))(
    '%s says what, how bad and the first step',
    (_name, alert) => {
      for (const words of [alert.summary, alert.description, alert.firstStep]) expect(words.length).toBeGreaterThan(10);
      expect(alert.service ?? alert.expr).toMatch(/\w/);
      expect(shown.has(alert.panel.join())).toBe(true);
    },
  );

  test.each(alerts.map((alert) => [alert.name, alert] as const))(
    '%s says how bad it is in a number that was measured, or there is a reason',
    (name, { description, summary }) =>
      expect([name, /\$value/.test(summary + description)]).toEqual([name, withoutNumber[name] === undefined]),
  );

  test('a reason for no number is given for alerts alone', () =>
    expect(Object.keys(withoutNumber).filter((name) => !names.includes(name))).toEqual([]));

  test('the runbook has no heading that is no alert', () => {
    const headings = [...runbook.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);
    expect(headings.toSorted()).toEqual(names.toSorted());
    const anchors = [...runbook.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    expect(anchors.filter((anchor) => !names.map(anchorOf).includes(anchor ?? ''))).toEqual([]);
  });
});

/** Alerts whose limit is not drawn where they lead to, and why. */
const undrawn: Readonly<Record<string, string>> = {
  HighRequestRate: 'what the machine carries is far above what is drawn on most days, and would flatten it',
  PgPoolExhausted: 'any request that waits, beside connections that are busy and idle',
  CacheHitRatioLow: 'a share of what is drawn',
  EdgeRefusesUpstream: 'of two lines 1 is well and 1 is bad',
};
const overTime = new Set(['lines', 'stacked']);
const drawn = new Map(
  allBoards.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.map((spec) => [spec.panel.join(), spec]))),
);

describe('limits', () => {
  test.each(alerts.map((alert) => [alert.name, alert] as const))(
    '%s: its panel has a line where it fires, or there is a reason',
    (name, { expr, panel }) => {
      const spec = drawn.get(panel.join());
      if (spec === undefined || !overTime.has(spec.kind) || undrawn[name] !== undefined) return;
      const numbers = (expr.match(/\b\d+(\.\d+)?\b/g) ?? []).map(Number);
      // Above 0 is from 1 on.
      if (/> 0$/.test(expr)) numbers.push(1);
      const last = spec.steps?.at(-1)?.[0];
      const first = spec.steps?.[1]?.[0];
      const isStep = numbers.some((number) => number === last || number === first);
      expect([name, isStep || spec.queries.some(({ limit }) => limit === true)]).toEqual([name, true]);
    },
  );

  test('no reason is given for an alert whose panel has a line, or that is none', () => {
    const panelOf = (name: string) => drawn.get(alerts.find((alert) => alert.name === name)?.panel.join() ?? '');
    const lines = Object.keys(undrawn).map((name) => [name, panelOf(name)?.steps, panelOf(name)?.kind]);
    for (const [name, steps, kind] of lines)
      expect([name, steps, overTime.has(String(kind))]).toEqual([name, undefined, true]);
  });

  test('what has steps draws them over time, and what is a limit has a legend by which it is dashed', async () => {
    type Json = {
      id?: number;
      type: string;
      fieldConfig?: {
        defaults: { custom?: { thresholdsStyle?: { mode: string } } };
        overrides: { matcher: { options?: string } }[];
      };
    };
    for (const { board, rows } of allBoards) {
      const text = await readFile(join(root, 'monitoring', 'grafana', 'dashboards', `${board}.json`), 'utf8');
      const { panels } = JSON.parse(text) as { panels: Json[] };
      for (const { kind, panel, queries, steps, title } of rows.flatMap((row) => row.panels)) {
        if (!overTime.has(kind)) continue;
        const config = panels.find(({ id, type }) => id === panelId(panel) && type === 'timeseries')?.fieldConfig;
        expect([title, config?.defaults.custom?.thresholdsStyle?.mode]).toEqual([title, steps && 'dashed']);
        const limits = queries.filter(({ limit }) => limit).map(({ legend }) => legend);
        expect([title, config?.overrides.map(({ matcher }) => matcher.options) ?? []]).toEqual([title, limits]);
      }
    }
  });
});

describe('boards', () => {
  test('a heat map has the unit of its axis, and another for its cells', () => {
    for (const { axis, unit } of [...drawn.values()].filter(({ kind }) => kind === 'heatmap'))
      expect([axis, unit]).toEqual(['s', 'reqps']);
  });

  test('no panel puts what is counted, a rate and a share on one axis', () => {
    const counted = (expr: string) => /_(readings|keys|replicas|wanted|desired)\b/.test(expr) && !/rate\(/.test(expr);
    for (const { queries, title, unit } of drawn.values()) {
      const kinds = new Set(queries.map(({ expr }) => (counted(expr) ? 'counted' : 'other')));
      if (unit === 'percentunit') expect([title, kinds.has('counted')]).toEqual([title, false]);
      const rates = queries.filter(({ expr }) => /\brate\(/.test(expr)).length;
      expect([title, rates > 0 && kinds.has('counted')]).toEqual([title, false]);
    }
  });

  test('the latency of the replicas is drawn for what the alert looks at', () => {
    const left = (text: string) => text.match(/route!~"[^"]*"/g);
    const rule = recordedGroups
      .flatMap(({ rules }) => rules)
      .find(({ record }) => record === 'app:latency_seconds:p95_1m');
    for (const { expr } of drawn.get('golden,latency')?.queries ?? [])
      expect(left(expr)).toEqual(left(rule?.expr ?? ''));
  });

  test('every named panel is drawn once, under its own id', () => {
    const named = Object.entries(boards).flatMap(([board, { panels }]) =>
      Object.keys(panels).map((panel) => `${board},${panel}`),
    );
    expect([...shown].toSorted()).toEqual(named.toSorted());
    for (const { board, rows } of allBoards) {
      const ids = rows.flatMap(({ panels }) => panels.map(({ panel }) => panelId(panel)));
      expect([board, new Set(ids).size]).toEqual([board, ids.length]);
      expect(ids.every((id) => id > 0)).toBe(true);
    }
  });

  test('every panel says what it shows, and rows are full', () => {
    for (const { panels } of allBoards.flatMap(({ rows }) => rows)) {
      for (const { description, title, unit } of panels)
        expect([title, description.length > 10 && unit !== '']).toEqual([title, true]);
      expect(panels.reduce((sum, { width }) => sum + width, 0) % 24).toBe(0);
    }
  });

  test('the file has the fixed uid and the panels where alerts look for them', async () => {
    for (const { board } of allBoards) {
      const text = await readFile(join(root, 'monitoring', 'grafana', 'dashboards', `${board}.json`), 'utf8');
      const { panels, uid } = JSON.parse(text) as { uid: string; panels: { id?: number; title: string }[] };
      expect(uid).toBe(boards[board].uid);
      for (const { panel } of alerts.filter((alert) => alert.panel[0] === board))
        expect(panels.some(({ id }) => id === panelId(panel as Panel))).toBe(true);
    }
  });
});
