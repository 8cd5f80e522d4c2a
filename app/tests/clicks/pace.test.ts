import { expect, test } from '@jest/globals';
import { endsLongWait, type Load, loadOf, mayIngest, restAfter } from '../../src/clicks/pace.ts';

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
