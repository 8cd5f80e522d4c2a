import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { firstOf, timeOf } from '../../src/clicks/uuid.ts';

test('the first id of a moment is of that moment, after all ids before it and before all ids of it', () => {
  const id = randomUUIDv7();
  const at = timeOf(id);
  expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  expect(timeOf(firstOf(at))).toBe(at);
  expect(firstOf(at) < id).toBe(true);
  expect(id < firstOf(at + 1)).toBe(true);
});
