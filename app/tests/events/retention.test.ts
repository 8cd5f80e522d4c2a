import { expect, test } from '@jest/globals';
import { firstOfMonth } from '../../src/events/retention.ts';

test('months are counted over the end of a year and from the last day of a long month', () => {
  expect(firstOfMonth(new Date('2026-12-31T23:59:59Z'), 0)).toBe('2026-12-01');
  expect(firstOfMonth(new Date('2026-12-31T23:59:59Z'), 2)).toBe('2027-02-01');
  expect(firstOfMonth(new Date('2026-01-31T00:00:00Z'), -1)).toBe('2025-12-01');
});
