import { expect, test } from '@jest/globals';
import { dashboardFiles } from '../src/boards/boards.ts';

// What a stat says is read as what is so now, at a glance and by its colour.

type Json = {
  title?: string;
  type: string;
  targets?: { instant?: boolean; range?: boolean }[];
  fieldConfig?: {
    defaults: { mappings?: { type: string; options: { match?: string; result?: { color: string } } }[] };
  };
};

const stats = Object.values(dashboardFiles())
  .flatMap((text) => (JSON.parse(text) as { panels: Json[] }).panels)
  .filter(({ type }) => type === 'stat');

test('its source dies → no stat goes on showing the last that was known', () => {
  expect(stats.length).toBeGreaterThan(8);
  for (const { targets = [], title } of stats)
    expect([title, targets.map(({ instant, range }) => [instant, range])]).toEqual([
      title,
      targets.map(() => [true, false]),
    ]);
});

test('nothing is known → no stat is green', () => {
  for (const { fieldConfig, title } of stats) {
    const nothing = fieldConfig?.defaults.mappings?.find(({ options }) => options.match === 'null+nan');
    expect([title, nothing?.options.result?.color]).toEqual([title, '#808080']);
  }
});
