import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addVisitors, countVisitors, emptySketch } from '../../src/clicks/sketch.ts';

const visitor = (n: number): string => hash('sha256', `visitor ${n}`, 'latin1').slice(0, 8);
const visitors = (from: number, to: number): Set<string> =>
  new Set(Array.from({ length: to - from }, (_, n) => visitor(from + n)));

test('up to 256 visitors are counted exactly, in whatever parts and however often they come', () => {
  const parts = fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 }), { maxLength: 10 });
  fc.assert(
    fc.property(parts, (numbers) => {
      let sketch = emptySketch;
      for (const part of numbers) sketch = addVisitors(sketch, new Set(part.map(visitor)));
      expect(countVisitors(sketch)).toBe(new Set(numbers.flat()).size);
    }),
  );
});

test.each([257, 1_000, 5_000, 10_000, 20_000, 100_000, 500_000])('%d visitors are counted within 5 %', (count) => {
  let sketch = emptySketch;
  for (let from = 0; from < count; from += 50_000) {
    sketch = addVisitors(sketch, visitors(from, Math.min(count, from + 50_000)));
  }
  expect(Math.abs(countVisitors(sketch) / count - 1)).toBeLessThan(0.05);
  expect(sketch.length).toBe(4_096);
});

test('who is known changes nothing: the same object comes back', () => {
  const small = addVisitors(emptySketch, visitors(0, 100));
  expect(addVisitors(small, visitors(20, 60))).toBe(small);
  const large = addVisitors(emptySketch, visitors(0, 3_000));
  expect(addVisitors(large, visitors(0, 3_000))).toBe(large);
  expect(addVisitors(emptySketch, new Set())).toBe(emptySketch);
});

test('the order of arrival does not matter', () => {
  const forwards = addVisitors(addVisitors(emptySketch, visitors(0, 200)), visitors(200, 2_000));
  const backwards = addVisitors(addVisitors(emptySketch, visitors(1_000, 2_000)), visitors(0, 1_000));
  expect(countVisitors(forwards)).toBe(countVisitors(backwards));
});

test('a visitor whose hash is all zeros has the highest rank there is, and counts as one', () => {
  const usual = addVisitors(emptySketch, visitors(0, 2_000));
  const more = addVisitors(usual, new Set(['\0'.repeat(8)]));
  expect(more).not.toBe(usual);
  expect(countVisitors(more) - countVisitors(usual)).toBeGreaterThanOrEqual(0);
  expect(countVisitors(more) - countVisitors(usual)).toBeLessThan(5);
});
