import { expect, test } from '@jest/globals';
import { annotations } from '../src/dashboards/dashboard.ts';
import { type Asked, ask } from './support/promtool.ts';

/** Seconds between two looks at the autoscaler, and how long each story is. */
const scrape = 5;
const samples = 60;
const [, , expr = ''] = annotations.find(([name]) => name === 'Replicas') ?? [];

const change = (reason: string): string => `autoscaler_changes_total{direction="up", reason="${reason}"}`;
const steps = (seen: number): string => `0x${seen - 1} 1x${samples - seen}`;

/** One change, seen first in so many a sample; asked as Grafana asks, each step from `phase` on. */
function asked(seen: number, step: number, phase: number): Asked {
  const times = Array.from({ length: 4 }, (_none, index) => phase + (index + 1) * step);
  return {
    step: scrape,
    input: { [change('load_up')]: steps(seen), [change('rate_up')]: `0x${samples}` },
    answers: times.map((at) => ({
      at,
      expr: expr.replaceAll('$__interval', `${step}s`),
      answer: at - step < seen * scrape && seen * scrape <= at ? { '{reason="load_up"}': 1 } : {},
    })),
  };
}

test.each([15, 30, 60])(
  'the number of replicas changes, whenever between two points that are %i s apart → shown at one point, with its reason',
  async (step) => {
    const phases = [0, 2, 4, 11];
    const seen = Array.from({ length: (2 * step) / scrape }, (_none, index) => index + step / scrape + 1);
    expect(await ask(phases.flatMap((phase) => seen.map((sample) => asked(sample, step, phase))))).toBe('');
  },
);

test('an autoscaler that begins anew, with nothing counted → no change is shown', async () => {
  const input = { [change('load_up')]: '7x5 0x20' };
  const answers = [30, 45, 60].map((at) => ({ at, expr: expr.replaceAll('$__interval', '15s'), answer: {} }));
  expect(await ask([{ step: scrape, input, answers }])).toBe('');
});
