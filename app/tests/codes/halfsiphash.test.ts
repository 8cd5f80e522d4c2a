import { expect, test } from '@jest/globals';
import { halfSipHash } from '../../src/codes/halfsiphash.ts';

test('the hash agrees with the reference vector of its authors for four bytes', () => {
  // vectors.h of github.com/veorq/SipHash, vectors_hsip32[4]: key 00…07, message 00 01 02 03, output 2a 6e 46 89.
  expect(halfSipHash([0x03020100, 0x07060504], 0x03020100)).toBe(0x89466e2a);
});

test('one other bit, in the key or in the word, changes about half of the bits', () => {
  const bits = (number: number) => number.toString(2).replaceAll('0', '').length;
  const usual = halfSipHash([1, 2], 3);
  const others = Array.from({ length: 32 }, (_, bit) => [
    halfSipHash([1 ^ (1 << bit), 2], 3),
    halfSipHash([1, 2 ^ (1 << bit)], 3),
    halfSipHash([1, 2], 3 ^ (1 << bit)),
  ]).flat();
  const changed = others.map((other) => bits((usual ^ other) >>> 0));
  const mean = changed.reduce((sum, count) => sum + count, 0) / changed.length;
  expect(Math.abs(mean - 16)).toBeLessThan(1);
});
