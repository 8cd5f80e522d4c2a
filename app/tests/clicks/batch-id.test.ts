import { expect, test } from '@jest/globals';
import { createBatchIds, identityOf } from '../../src/clicks/batch-id.ts';
import { firstOf, timeOf } from '../../src/clicks/uuid.ts';

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('an id is a UUIDv7 of its moment that says whose batch it is and which clicks are in it', () => {
  const ids = createBatchIds(() => 1_780_000_000_123);
  const made = [3, 4_095, 1].map(ids.next);
  for (const id of made) {
    expect(id).toMatch(uuid7);
    expect(timeOf(id)).toBe(1_780_000_000_123);
    expect(id > firstOf(1_780_000_000_123)).toBe(true);
  }
  const { maker } = ids;
  expect(made.map(identityOf)).toEqual([
    { maker, clicks: 3, before: 0 },
    { maker, clicks: 4_095, before: 3 },
    { maker, clicks: 1, before: 4_098 },
  ]);
});

test('two processes make different ids, also in the same moment', () => {
  const made = Array.from({ length: 5 }, () => createBatchIds(() => 1).next(1));
  expect(new Set(made).size).toBe(5);
});

test('more clicks than an id can tell of are refused', () => {
  expect(() => createBatchIds().next(4_096)).toThrow(RangeError);
});
