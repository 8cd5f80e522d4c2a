import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchorOf } from '../../src/alerts/alert.ts';
import { allBoards } from '../../src/boards/boards.ts';
import { boards, type Panel, panelId } from '../../src/panels.ts';
import { alerts } from '../../src/rules/groups.ts';

const root = join(import.meta.dirname, '..', '..', '..');
/** The last two are told by a deployment itself. */
const names = [...new Set(alerts.map(({ name }) => name)), 'DeployFailed', 'DeployNotUndone'];
const runbook = await readFile(join(root, 'docs', 'runbook.md'), 'utf8');
const shown = new Set(
  allBoards.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.map(({ panel }) => panel.join()))),
);

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

  test('the runbook has no heading that is no alert', () => {
    const headings = [...runbook.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);
    expect(headings.toSorted()).toEqual(names.toSorted());
    const anchors = [...runbook.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    expect(anchors.filter((anchor) => !names.map(anchorOf).includes(anchor ?? ''))).toEqual([]);
  });
});

describe('boards', () => {
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
