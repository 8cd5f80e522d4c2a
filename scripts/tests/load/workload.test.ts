import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { table } from '../../../autoscaler/src/config-table.ts';
import { draw } from '../../../k6/lib/draw.ts';
import { pickAction } from '../../../k6/lib/mix.ts';
import { phasesOf } from '../../../k6/lib/phase.ts';
import { stepOf, streamOf } from '../../../k6/lib/plan.ts';
import { pickLink } from '../../../k6/lib/popularity.ts';
import { isRedirect, leadsRight } from '../../../k6/lib/redirect.ts';
import { type Workload, workloads } from '../../../k6/lib/workloads.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'k6');
const all: Workload[] = Object.values(workloads);

/** How often each link is drawn in `draws` draws, as a share. */
function shares(workload: Workload, draws: number): Float64Array {
  const counts = new Float64Array(workload.links);
  for (let index = 0; index < draws; index += 1) {
    const { link } = stepOf(workload, streamOf('load'), index);
    counts[link] = (counts[link] ?? 0) + 1 / draws;
  }
  return counts;
}

describe('the scenarios', () => {
  test('each workload has a file that runs it, and no file is without one', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    expect(files.toSorted()).toEqual(all.map(({ name }) => `${name}.ts`).toSorted());
    for (const { name } of all) {
      const key = /-/.test(name) ? `workloads['${name}']` : `workloads.${name})`;
      expect(readFileSync(join(folder, `${name}.ts`), 'utf8').split(key)).toHaveLength(3);
    }
  });
  test.each(all)('$name: its shares add up to one', ({ mix }) =>
    expect(mix.reduce((sum, [, share]) => sum + share, 0)).toBeCloseTo(1, 9),
  );
  test('a realistic mix is redirects to 95 %', () => {
    const drawn = Array.from({ length: 20_000 }, (_, index) => pickAction(workloads.sustained.mix, draw(1, index)));
    expect(drawn.filter((action) => action === 'redirect').length / 20_000).toBeCloseTo(0.95, 2);
    expect(new Set(drawn).size).toBe(6);
  });
  test('hot-key: 90 % go to five links', () => {
    const drawn = shares(workloads['hot-key'], 50_000);
    expect(drawn.slice(0, 5).reduce((sum, share) => sum + share, 0)).toBeCloseTo(0.9, 2);
  });
  test('zipf: the first of 100,000 links gets twice what the second gets, and the tail is drawn', () => {
    const drawn = shares(workloads.zipf, 200_000);
    expect((drawn[0] ?? 0) / (drawn[1] ?? 1)).toBeGreaterThan(1.6);
    expect(drawn.slice(50_000).some((share) => share > 0)).toBe(true);
  });
});

describe('a draw', () => {
  test('is a link of the run, whatever the number', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 6, max: 1e6 }),
        (u, links) => {
          for (const popularity of [{ kind: 'even' }, { kind: 'zipf' }, { kind: 'hot', hot: 5, share: 0.9 }] as const) {
            const link = pickLink(popularity, links, u);
            expect(Number.isInteger(link) && link >= 0 && link < links).toBe(true);
          }
        },
      ),
    ));
  test('of another phase is another one', () => {
    const first = (phase: string) => Array.from({ length: 20 }, (_, index) => draw(streamOf(phase), index));
    expect(first('load')).toEqual(first('load'));
    expect(first('load')).not.toEqual(first('warm_up'));
  });
});

test('a redirect is good where it leads where its link does; one to another place has left a click, too', () => {
  expect(leadsRight(302, 'https://example.com/load/7', 7)).toBe(true);
  expect([leadsRight(302, 'https://example.com/load/8', 7), isRedirect(302)]).toEqual([false, true]);
  expect([leadsRight(304, undefined, 7), isRedirect(304), isRedirect(200)]).toEqual([false, false, false]);
});

describe('the phases of a run', () => {
  const load = { rate: 100, seconds: 60, warmUp: 10 };
  test('follow each other without a gap, after a warm-up that nobody is judged by', () =>
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 3_600 }), fc.constantFrom(...all), (seconds, { shape }) => {
        const [first, ...rest] = phasesOf(shape, { ...load, seconds });
        expect(first).toMatchObject({ name: 'warm_up', start: 0, judged: false });
        let end = first?.seconds ?? 0;
        for (const phase of rest) {
          expect(phase.start).toBe(end);
          end += phase.seconds;
        }
      }),
    ));
  test('a climb: each step a quarter more than the one before', () => {
    const steps = phasesOf({ kind: 'climb', steps: 3, factor: 1.25 }, load).slice(1);
    expect(steps.map((step) => step.kind === 'rate' && step.rate)).toEqual([100, 125, 156]);
  });
  test('stairs: up and down again, and then nearly nothing; what is too much is no time to judge', () => {
    const steps = phasesOf({ kind: 'stairs', steps: 3, knee: 67, calm: 120 }, load).slice(1);
    expect(steps.map((step) => step.kind === 'rate' && step.rate)).toEqual([33, 67, 100, 67, 33, 5]);
    expect(steps.map(({ judged }) => judged)).toEqual([true, true, false, false, true, true]);
    expect(steps.at(-1)).toMatchObject({ name: 'calm', seconds: 120 });
  });
  test('the calm after the stairs is longer than the autoscaler waits until it takes a replica away', () => {
    expect(workloads.scale.shape.calm).toBeGreaterThan(Number(table.downWindow.fallback));
  });
  test('a spike is no time to judge, what comes after is', () => {
    const steps = phasesOf({ kind: 'spike', times: 8 }, load).slice(1);
    expect(steps.map(({ name, judged }) => [name, judged])).toEqual([
      ['calm', true],
      ['spike', false],
      ['after', true],
    ]);
  });
});
