import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createShedding, type Period, type Work } from '../../src/limits/shedding.ts';

type Given = { period: Period; redirects: number };

/** Of a hundred of each work, how many are refused after these periods, in each of which so many redirects were asked for. */
function refused(given: readonly Given[]) {
  const counts: Record<Work, number> = { other: 0, redirect: 0 };
  let draw = 0;
  const next = () => (draw++ % 100) / 100;
  const countRefused = (work: Work) => {
    counts[work] += 1;
  };
  const shedding = createShedding({ countRefused, longestWait: 2_000, random: next });
  for (const { period, redirects } of given) {
    draw = 99;
    for (let n = 0; n < redirects; n += 1) shedding.refuses('redirect');
    shedding.note(period);
  }
  for (const work of ['other', 'redirect'] as const) {
    draw = 0;
    counts[work] = 0;
    for (let n = 0; n < 100; n += 1) shedding.refuses(work);
  }
  return { other: Math.round(counts.other), redirect: Math.round(counts.redirect) };
}

const late = (count: number, lateness: number, redirects = 1) =>
  Array<Given>(count).fill({ period: { lateness, wait: undefined }, redirects });
const waiting = (count: number, wait: number) =>
  Array<Given>(count).fill({ period: { lateness: 0, wait }, redirects: 1 });
const nothing = { other: 0, redirect: 0 };

test.each([
  ['nothing while the loop is on time', late(50, 49), nothing],
  ['nothing for two late periods', late(2, 5_000), nothing],
  [
    'nothing for late periods apart',
    Array.from({ length: 50 }, (_, n) => late(1, n % 3 === 0 ? 0 : 5_000)).flat(),
    nothing,
  ],
  ['a quarter of what is no redirect from the third', late(3, 50), { other: 25, redirect: 0 }],
  ['all of it, and no redirect, while it is late by less than 150 ms', late(50, 149), { other: 100, redirect: 0 }],
  ['most redirects beyond that', late(50, 150), { other: 100, redirect: 90 }],
  ['less again, period by period', [...late(50, 150), ...late(10, 0)], { other: 50, redirect: 40 }],
  ['nothing two seconds later', [...late(50, 150), ...late(20, 0)], nothing],
  ['nothing while connections come within three fifths of the longest wait', waiting(50, 1_199), nothing],
  ['what is no redirect while nobody gets one sooner', waiting(50, 1_200), { other: 100, redirect: 0 }],
  ['less again when nobody asks for one', [...waiting(50, 1_200), ...late(10, 0)], { other: 50, redirect: 0 }],
])('it refuses %s', (_, periods, expected) => {
  expect(refused(periods)).toEqual(expected);
});

test('where nobody asks for redirects, the rest may wait longer', () => {
  expect(refused(late(50, 249, 0))).toEqual(nothing);
  expect(refused(late(50, 250, 0))).toEqual({ other: 100, redirect: 90 });
});

test('never are more redirects refused than of the rest, whatever the periods were', () => {
  const period = fc.record({
    lateness: fc.integer({ min: 0, max: 400 }),
    wait: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
  });
  const periods = fc.array(fc.record({ period, redirects: fc.integer({ min: 0, max: 1 }) }), { maxLength: 30 });
  fc.assert(
    fc.property(periods, (given) => {
      const { other, redirect } = refused(given);
      expect(redirect).toBeLessThanOrEqual(other);
    }),
  );
});
