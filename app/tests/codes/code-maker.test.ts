import { expect, test } from '@jest/globals';
import { toBase62 } from '../../src/codes/base62.ts';
import { codeNumbers, createCodeMaker } from '../../src/codes/code-maker.ts';

test('a number is written with as many digits as asked for', () => {
  expect([0, 61, 62, 62 ** 7 - 1].map((number) => toBase62(number, 7))).toEqual([
    '0000000',
    '000000z',
    '0000010',
    'zzzzzzz',
  ]);
});

test('a code is seven letters and digits', () => {
  const make = createCodeMaker('a secret');
  for (const number of [0, 12_345, codeNumbers - 1]) expect(make(number)).toMatch(/^[0-9A-Za-z]{7}$/);
});
