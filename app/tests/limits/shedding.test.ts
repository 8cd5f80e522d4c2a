import { expect, test } from '@jest/globals';
import { createShedding, type Work } from '../../src/limits/shedding.ts';

/** Of a hundred of each work, how many are refused after these periods. */
function refused(periods: readonly number[]) {
  const counts: Record<Work, number> = { other: 0, redirect: 0 };
  let draw = 0;
  const next = () => (draw++ % 100) / 100;
  const shedding = createShedding((work) => {
    counts[work] += 1;
  }, next);
  for (const lateness of periods) shedding.note(lateness);
  for (const work of ['other', 'redirect'] as const) {
    draw = 0;
    for (let n = 0; n < 100; n += 1) shedding.refuses(work);
  }
  return counts;
}

const times = (count: number, lateness: number) => Array<number>(count).fill(lateness);

test.each([
  ['nothing while the loop is on time', times(50, 19), { other: 0, redirect: 0 }],
  ['nothing for two late periods', times(2, 5_000), { other: 0, redirect: 0 }],
  [
    'nothing for late periods apart',
    Array.from({ length: 50 }, (_, n) => (n % 3 === 0 ? 0 : 5_000)),
    { other: 0, redirect: 0 },
  ],
  ['a quarter of what is no redirect from the third', times(3, 20), { other: 25, redirect: 0 }],
  ['all of it, and no redirect, while it is late by less than 100 ms', times(50, 99), { other: 100, redirect: 0 }],
  ['most redirects beyond that', times(50, 100), { other: 100, redirect: 90 }],
  ['less again, period by period', [...times(50, 100), ...times(10, 0)], { other: 50, redirect: 40 }],
  ['nothing two seconds later', [...times(50, 100), ...times(20, 0)], { other: 0, redirect: 0 }],
])('it refuses %s', (_, periods, expected) => {
  const { other, redirect } = refused(periods);
  expect({ other: Math.round(other), redirect: Math.round(redirect) }).toEqual(expected);
});
