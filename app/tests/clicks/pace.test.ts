import { expect, test } from '@jest/globals';
import { createRests, endsLongWait, type Load, loadOf, mayIngest, restAfter } from '../../src/clicks/pace.ts';

test.each<[number, number, number, Load]>([
  [5_000, 0.1, 0, 'idle'],
  [5_000, 0.25, 0.9, 'idle'],
  [499, 0.9, 0, 'idle'],
  [500, 0.3, 0.2, 'busy'],
  [5_000, 0.9, 0.1, 'busy'],
  [5_000, 0.3, 0.01, 'saturated'],
])(
  '%d clicks a second, an event loop at %d and %d of the processors unused: %s',
  (clickRate, eventLoop, unused, load) => {
    expect(loadOf({ clickRate, eventLoop, unused })).toBe(load);
  },
);

const state = { load: 'busy', sinceEmpty: 0, filled: 0, longWaitTaken: false } as const;

test('an idle service ingests at once', () => {
  expect(mayIngest({ ...state, load: 'idle' })).toBe(true);
});

test('a busy one waits two seconds, a saturated one thirty', () => {
  expect(mayIngest({ ...state, sinceEmpty: 1_999 })).toBe(false);
  expect(mayIngest({ ...state, sinceEmpty: 2_000 })).toBe(true);
  expect(mayIngest({ ...state, load: 'saturated', sinceEmpty: 29_999 })).toBe(false);
  expect(mayIngest({ ...state, load: 'saturated', sinceEmpty: 30_000 })).toBe(true);
});

test('a load that outlasts the long wait is no burst: two seconds again', () => {
  expect(endsLongWait({ load: 'saturated', sinceEmpty: 29_999 })).toBe(false);
  expect(endsLongWait({ load: 'busy', sinceEmpty: 30_000 })).toBe(false);
  expect(endsLongWait({ load: 'saturated', sinceEmpty: 30_000 })).toBe(true);
  expect(mayIngest({ ...state, load: 'saturated', sinceEmpty: 2_000, longWaitTaken: true })).toBe(true);
});

test('a queue that is half full is emptied whatever the load', () => {
  expect(mayIngest({ ...state, load: 'saturated', filled: 0.5 })).toBe(true);
});

test('while redirects are many it rests between pieces of work, twice as long as they took; else not at all', () => {
  expect(restAfter('busy', 3)).toBe(6);
  expect(restAfter('busy', 1_000)).toBe(20);
  expect([restAfter('idle', 3), restAfter('saturated', 3)]).toEqual([0, 0]);
});

/** Rests after rounds of `worked` milliseconds each, one right after the rest of the other. */
function restsOf(count: number, clicks: number, worked: number): number[] {
  const restAfterRound = createRests(0);
  let at = 0;
  return Array.from({ length: count }, () => {
    const ended = at + worked;
    const rest = restAfterRound(clicks, { began: at, ended });
    at = ended + rest;
    return Math.round(rest);
  });
}

test('a few rounds of few clicks follow one another at once', () => {
  expect(restsOf(10, 1, 10)).toEqual(Array(10).fill(50));
});

test('for long, rounds of few clicks take a twentieth of the time, however long one takes', () => {
  expect(restsOf(200, 1, 10).slice(-3)).toEqual([190, 190, 190]);
  expect(restsOf(200, 1, 40).slice(-3)).toEqual([760, 760, 760]);
  expect(restsOf(200, 1, 2).slice(-3)).toEqual([50, 50, 50]);
});

test('no rest is longer than a second, and many clicks are summed as long', () => {
  expect(restsOf(5, 1, 5_000)).toEqual(Array(5).fill(1_000));
  expect(restsOf(2, 21, 1)).toEqual([1_000, 1_000]);
});

test('whoever has worked little lately may work at once again', () => {
  const restAfterRound = createRests(0);
  for (let at = 0; at < 10_000; at += 60) restAfterRound(1, { began: at, ended: at + 10 });
  expect(restAfterRound(1, { began: 60_000, ended: 60_010 })).toBe(50);
});
