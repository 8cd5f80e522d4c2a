import { describe, expect, test } from '@jest/globals';
import { mayCreate, recentFailures } from '../../src/replicas/backoff.ts';

describe('replicas that failed young', () => {
  test('none, one or two → the next at once', () => {
    expect(mayCreate([], 0)).toBe(true);
    expect(mayCreate([0, 1_000], 1_000)).toBe(true);
  });

  test('three → two seconds, and twice as long with each, a minute at most', () => {
    expect(mayCreate([0, 0, 0], 1_999)).toBe(false);
    expect(mayCreate([0, 0, 0], 2_000)).toBe(true);
    expect(mayCreate([0, 0, 0, 0], 3_999)).toBe(false);
    const many = Array.from({ length: 50 }, () => 0);
    expect(mayCreate(many, 59_999)).toBe(false);
    expect(mayCreate(many, 60_000)).toBe(true);
  });

  test('long ago → forgotten', () => {
    expect(recentFailures([0, 400_000], 400_000)).toEqual([400_000]);
  });
});
