import { expect, test } from '@jest/globals';
import { toBase62 } from '../../src/codes/base62.ts';

test('a number is written with as many digits as asked for', () => {
  const written = [0, 61, 62, 62 ** 7 - 1].map((number) => toBase62(number, 7));
  expect(written).toEqual(['0000000', '000000z', '0000010', 'zzzzzzz']);
});

test('a larger number comes later in the order of bytes', () => {
  const written = Array.from({ length: 500 }, (_, n) => toBase62(n * 7_919, 7));
  expect(written.toSorted()).toEqual(written);
});
