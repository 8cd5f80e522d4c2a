import { describe, expect, test } from '@jest/globals';
import { addressOf } from '../../../k6/lib/links.ts';
import { createAlertLog } from '../../src/chaos/alert-log.ts';
import { calmSince } from '../../src/chaos/recovery.ts';
import { createTally, p95, type Second } from '../../src/chaos/tally.ts';

describe('the tally of a drill', () => {
  const tally = createTally({ links: 3, start: 1_000 });
  const answer = { status: 302, retryAfter: false, location: addressOf(0) };
  const outcome = { at: 1_000, took: 5, kind: 'redirect' as const, link: 0, ...answer };
  for (const change of [
    {},
    { at: 2_500 },
    { at: 2_600, link: 1, status: 0 },
    { at: 2_700, link: 1, status: 503, retryAfter: true },
    { at: 2_800, link: 2, status: 504 },
    { at: 2_900, kind: 'write' as const, status: 201 },
    { at: 2_950, kind: 'write' as const, status: 500 },
  ]) {
    tally.begin(change.at ?? outcome.at);
    tally.add({ ...outcome, ...change });
  }
  test('answered redirects by link, and those that may have left a click unseen: not the refused ones', () => {
    expect([...tally.answered()]).toEqual([2, 0, 0]);
    expect([...tally.unknown([])]).toEqual([0, 1, 1]);
  });
  test('one that was refused while a fault was done may have left a click with who was killed', () => {
    expect([...tally.unknown([{ from: 2_700, to: 2_700 }])]).toEqual([0, 2, 1]);
    expect([...tally.unknown([{ from: 0, to: 2_699 }])]).toEqual([0, 1, 1]);
    expect([...tally.unknown([{ from: 2_701, to: 9_000 }])]).toEqual([0, 1, 1]);
  });
  test('each second has what was sent, failed and refused in it', () => {
    expect(tally.seconds().get(0)).toEqual({ sent: 1, open: 0, failed: 0, refused: 0, p95: 5 });
    expect(tally.seconds().get(1)).toEqual({ sent: 6, open: 0, failed: 3, refused: 1, p95: 5 });
  });
  test('every failure is kept with its time', () =>
    expect(tally.failures().map(({ at }) => at)).toEqual([2_600, 2_700, 2_800, 2_950]));
  test.each([
    [[], 0],
    [[7], 7],
    [Array.from({ length: 100 }, (_, index) => 100 - index), 95],
  ])('p95 of %j', (values, wanted) => expect(p95(values)).toBe(wanted));
});

describe('when all is well again', () => {
  const calm: Second = { sent: 100, open: 0, failed: 0, refused: 0, p95: 20 };
  const seconds = (letters: string) =>
    new Map(
      [...letters].map(
        (letter, at) =>
          [
            at,
            {
              ...calm,
              ...({ f: { failed: 1 }, r: { refused: 1 }, s: { p95: 500 }, n: { sent: 0 }, o: { open: 1 } }[letter] ??
                {}),
            },
          ] as const,
      ),
    );
  test.each([
    ['ccc', 0, 3, 0],
    ['fcccc', 0, 5, 1],
    ['ccfccc', 0, 6, 3],
    ['ccrcscncccc', 0, 11, 7],
    ['cccfff', 3, 6, undefined],
    ['cccoo', 1, 5, undefined],
    ['cc', 0, 2, undefined],
  ])('%s from %d until %d: %d', (letters, from, now, wanted) =>
    expect(calmSince(seconds(letters), from, now)).toBe(wanted),
  );
});

describe('the history of alerts', () => {
  test('pending, firing, over: each at the first look that saw it', () => {
    const log = createAlertLog();
    log.look(1, [{ name: 'A', state: 'pending' }]);
    log.look(2, [{ name: 'A', state: 'pending' }]);
    log.look(3, [{ name: 'A', state: 'firing' }]);
    expect(log.firing()).toEqual(['A']);
    log.look(4, []);
    expect(log.times()).toEqual([{ name: 'A', pending: 1, firing: 3, ended: 4 }]);
    expect(log.firing()).toEqual([]);
  });
  test('one that was only pending never fired; one that fires again has two histories', () => {
    const log = createAlertLog();
    log.look(1, [
      { name: 'A', state: 'pending' },
      { name: 'B', state: 'firing' },
    ]);
    log.look(2, []);
    log.look(3, [{ name: 'B', state: 'firing' }]);
    expect(log.times()).toEqual([
      { name: 'B', pending: undefined, firing: 1, ended: 2 },
      { name: 'A', pending: 1, firing: undefined, ended: undefined },
      { name: 'B', pending: undefined, firing: 3, ended: undefined },
    ]);
    expect(log.firing()).toEqual(['B']);
  });
  test('one that fires and waits at once, for two of its parts, is one that fires', () => {
    const log = createAlertLog();
    log.look(1, [
      { name: 'A', state: 'pending' },
      { name: 'A', state: 'firing' },
    ]);
    log.look(2, [{ name: 'A', state: 'firing' }]);
    log.look(3, [{ name: 'A', state: 'pending' }]);
    expect(log.times()).toEqual([
      { name: 'A', pending: 1, firing: 1, ended: 3 },
      { name: 'A', pending: 3, firing: undefined, ended: undefined },
    ]);
  });
});
