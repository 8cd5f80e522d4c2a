import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPermutation } from '../../src/codes/permutation.ts';

const secret = 'a secret of these tests alone';

test('on small domains, whatever their shape, each number is met exactly once', () => {
  const sides = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(sides, sides, fc.string(), (left, right, key) => {
      const { size, apply } = createPermutation({ secret: key, left, right });
      const met = new Set(Array.from({ length: size }, (_, number) => apply(number)));
      expect(met.size).toBe(size);
      expect([Math.min(...met), Math.max(...met)]).toEqual([0, size - 1]);
    }),
  );
});

test('on the whole domain, samples stay inside it and no two meet', () => {
  const { size, apply } = createPermutation({ secret, left: 62 ** 4, right: 62 ** 3 });
  expect(size).toBe(62 ** 7);
  const number = fc.integer({ min: 0, max: size - 1 });
  fc.assert(
    fc.property(number, number, (a, b) => {
      expect(apply(a)).toBeGreaterThanOrEqual(0);
      expect(apply(a)).toBeLessThan(size);
      expect(apply(a) === apply(b)).toBe(a === b);
    }),
    { numRuns: 5_000 },
  );
});

test('what is outside the domain is refused', () => {
  const { size, apply } = createPermutation({ secret, left: 62, right: 62 });
  for (const number of [-1, size, 0.5, Number.NaN]) expect(() => apply(number)).toThrow(RangeError);
});
