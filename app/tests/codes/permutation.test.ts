import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { codeNumbers, createCodeMaker } from '../../src/codes/code-maker.ts';
import { halfSipHash } from '../../src/codes/halfsiphash.ts';
import { createPermutation } from '../../src/codes/permutation.ts';

const secret = 'a secret of these tests alone';

test('the hash agrees with the reference vector of its authors for four bytes', () => {
  // vectors.h of github.com/veorq/SipHash, vectors_hsip32[4]: key 00…07, message 00 01 02 03, output 2a 6e 46 89.
  expect(halfSipHash([0x03020100, 0x07060504], 0x03020100)).toBe(0x89466e2a);
});

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

test('codes of numbers in a row look uniform at each place, and neighbours share nothing', () => {
  const codes = Array.from({ length: 62_000 }, (_, number) => String(createCodes(number)));
  for (let place = 0; place < 7; place += 1) {
    const counts = new Map<string, number>();
    for (const code of codes) counts.set(code.charAt(place), (counts.get(code.charAt(place)) ?? 0) + 1);
    // Chi-squared, 61 degrees of freedom: above 115 once in 30,000 uniform samples, and these are always the same ones.
    const distance = [...counts.values()].reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    expect(counts.size).toBe(62);
    expect(distance).toBeLessThan(115);
  }
  const alike = codes.filter((code, number) => number > 0 && code.slice(0, 3) === codes[number - 1]?.slice(0, 3));
  expect(alike.length).toBeLessThan(5);
});

test('codes of a given secret are for ever the same', () => {
  const numbers = [0, 1, 2, 999, 1_000, codeNumbers - 1];
  expect(numbers.map(createCodes)).toEqual(['ski4CK0', '9JZg6iB', 'OQBSQFC', 'bzL6D0u', 'OkNFGF7', 'UUlXXoJ']);
});

test('another secret gives other codes', () => {
  expect(createCodeMaker('another secret')(1)).not.toBe(createCodes(1));
});

const createCodes = createCodeMaker(secret);
