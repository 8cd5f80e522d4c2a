import { expect, test } from '@jest/globals';
import { countCell, flagCell, idCell, instantCell, largestId, left } from '../../src/http/cells.ts';

test.each([
  ['2025-12-29 00:57:12', '2025-12-29T00:57:12.000Z'],
  ['2025-12-29 00:57:12.345678', '2025-12-29T00:57:12.345Z'],
  ['2025-12-29 00:57:12+00', '2025-12-29T00:57:12.000Z'],
  ['2025-12-29 00:57:12 UTC', '2025-12-29T00:57:12.000Z'],
  ['2025-12-29T00:57:12Z', '2025-12-29T00:57:12.000Z'],
  ['2025-12-29T02:57:12+02:00', '2025-12-29T00:57:12.000Z'],
  ['2025-12-29', '2025-12-29T00:00:00.000Z'],
])('%s is an instant in UTC', (written, expected) => {
  expect(instantCell.parse(written).toISOString()).toBe(expected);
});

test.each(['', 'now', '2025-13-01', '2025-02-30 00:00:00', '29.12.2025', '1766969832', null, 5, {}])(
  '%j is no instant',
  (value) => {
    expect(instantCell.safeParse(value).success).toBe(false);
  },
);

test.each([
  ['True', true],
  ['FALSE', false],
  ['1', true],
  ['0', false],
  [true, true],
])('%j is the flag %s', (value, expected) => {
  expect(flagCell.parse(value)).toBe(expected);
});

test.each(['yes', '', 1, null])('%j is no flag', (value) => {
  expect(flagCell.safeParse(value).success).toBe(false);
});

test('ids are whole numbers with room behind them', () => {
  expect(idCell.parse(' 12 ')).toBe(12);
  expect(idCell.parse(largestId)).toBe(largestId);
  for (const wrong of ['0', '-1', '1.5', '1e3', 'x', true, largestId + 1, '99999999999999999999', null]) {
    expect(idCell.safeParse(wrong).success).toBe(false);
  }
  expect(countCell.parse('3')).toBe(3);
});

test('an empty cell and null are left out', () => {
  const cell = left(idCell);
  expect([cell.parse(''), cell.parse(null), cell.parse(undefined), cell.parse('4')]).toEqual([
    undefined,
    undefined,
    undefined,
    4,
  ]);
});
