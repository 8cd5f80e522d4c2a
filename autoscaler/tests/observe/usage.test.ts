import { describe, expect, test } from '@jest/globals';
import { addSample, combineUse, latestUse, useBetween } from '../../src/observe/usage.ts';

const sample = (at: number, cpu: number, periods = 0, throttled = 0) => ({ at, cpu: cpu * 1e6, periods, throttled });

describe('use between two samples', () => {
  test('750 ms of CPU in a second of a replica that may use 0.75 → all of it', () => {
    expect(useBetween(sample(0, 0), sample(1_000, 750), 0.75)).toEqual({ cpu: 1, throttled: 0 });
  });

  test('throttled in 3 of 10 periods → 0.3', () => {
    expect(useBetween(sample(0, 0, 10, 2), sample(1_000, 100, 20, 5), 1)).toEqual({ cpu: 0.1, throttled: 0.3 });
  });

  test.each([
    ['CPU', sample(0, 100), sample(1_000, 50)],
    ['time', sample(1_000, 0), sample(1_000, 50)],
    ['periods', sample(0, 0, 10), sample(1_000, 50, 5)],
    ['throttled periods', sample(0, 0, 0, 10), sample(1_000, 50, 0, 5)],
  ])('%s that did not go on → unknown', (_what, before, after) => {
    expect(useBetween(before, after, 1)).toBeNull();
  });
});

describe('the latest use', () => {
  test('one sample, or all of the last second → unknown', () => {
    expect(latestUse([], 1)).toBeNull();
    expect(latestUse([sample(0, 0)], 1)).toBeNull();
    expect(latestUse([sample(0, 0), sample(400, 400)], 1)).toBeNull();
  });

  test('several → over the shortest span of at least a second', () => {
    const samples = [sample(0, 0), sample(500, 500), sample(1_500, 600), sample(1_700, 700)];
    expect(latestUse(samples, 1)?.cpu).toBeCloseTo(200 / 1_200);
  });

  test('a counter that starts anew → the past is forgotten', () => {
    expect(addSample([sample(0, 500)], sample(1_000, 10))).toEqual([sample(1_000, 10)]);
  });

  test('many → the oldest are dropped', () => {
    const samples = Array.from({ length: 40 }, (_, index) => sample(index * 200, index));
    expect(samples.reduce(addSample, [] as ReturnType<typeof addSample>)).toHaveLength(16);
  });

  test('very many → still one that is a second old', () => {
    const samples = Array.from({ length: 400 }, (_, index) => sample(index * 10, index * 5));
    const kept = samples.reduce(addSample, [] as ReturnType<typeof addSample>);
    expect(latestUse(kept, 1)?.cpu).toBeCloseTo(0.5);
  });
});

describe('how busy', () => {
  const page = { inFlight: 40, lag: 90 };

  test('the largest share counts', () => {
    expect(combineUse({ cpu: 0.2, throttled: 0.5 }, page, { inFlightMax: 0, lagMax: 0 })).toBe(0.5);
    expect(combineUse({ cpu: 0.2, throttled: 0 }, page, { inFlightMax: 50, lagMax: 0 })).toBe(0.8);
    expect(combineUse({ cpu: 0.2, throttled: 0 }, page, { inFlightMax: 0, lagMax: 100 })).toBe(0.9);
  });

  test('a page that tells nothing → CPU alone; never more than twice', () => {
    const silent = { inFlight: null, lag: null };
    expect(combineUse({ cpu: 0.2, throttled: 0 }, silent, { inFlightMax: 1, lagMax: 1 })).toBe(0.2);
    expect(combineUse({ cpu: 9, throttled: 0 }, silent, { inFlightMax: 0, lagMax: 0 })).toBe(2);
  });
});
