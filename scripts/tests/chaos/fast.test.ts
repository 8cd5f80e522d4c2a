import { describe, expect, test } from '@jest/globals';
import { fastFrom, fastSince } from '../../src/chaos/fast.ts';
import type { Second } from '../../src/chaos/tally.ts';

const kinds: Readonly<Record<string, Partial<Second>>> = {
  s: { p95: 500 },
  f: { failed: 6 },
  r: { refused: 6 },
  o: { open: 6 },
  n: { sent: 0 },
  e: { failed: 2, refused: 2, open: 1 },
};
const secondsOf = (letters: string) =>
  new Map(
    [...letters]
      .map((letter, at) => [at, { sent: 100, open: 0, failed: 0, refused: 0, p95: 20, ...kinds[letter] }] as const)
      .filter(([at]) => letters[at] !== '-'),
  );

describe('fast while a fault stands', () => {
  test.each([
    ['.....', 0, 5, 0],
    ['.ss..', 0, 5, 3],
    ['s.s..', 0, 5, 3],
    ['....s', 0, 5, undefined],
    ['....s', 0, 4, 0],
    ['ssss.', 4, 5, 4],
    ['.f.r.', 0, 5, 4],
    ['.o.n.', 0, 5, 4],
    ['.e...', 0, 5, 0],
    ['.-...', 0, 5, 2],
    ['.....', 3, 3, undefined],
  ])('%s from %d until %d: %p', (letters, from, end, wanted) =>
    expect(fastSince(secondsOf(letters), from, end)).toBe(wanted),
  );
  test('from its beginning, or from the first second after the last slow one; that of the cure is of both', () => {
    const course = { start: 1_000, injected: 2_300, cured: 6_500 };
    expect(fastFrom(secondsOf('s....s'), course)).toBe(2_300);
    expect(fastFrom(secondsOf('..ss.s'), course)).toBe(5_000);
    expect(fastFrom(secondsOf('....ss'), course)).toBeUndefined();
  });
});
