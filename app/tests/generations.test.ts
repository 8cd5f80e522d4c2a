import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createGenerations } from '../src/generations.ts';

test('it holds what was set last, never more than its capacity, and nothing that was deleted', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('get', 'set', 'delete'), fc.integer({ min: 0, max: 30 })));
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), steps, (capacity, list) => {
      const cache = createGenerations<number, number>(capacity);
      const model = new Map<number, number>();
      list.forEach(([verb, key], turn) => {
        if (verb === 'set') cache.set(key, turn);
        if (verb === 'set') model.set(key, turn);
        if (verb === 'delete') cache.delete(key);
        if (verb === 'delete') model.delete(key);
        if (verb === 'get') expect([model.get(key), undefined]).toContain(cache.get(key));
        expect(cache.size).toBeLessThanOrEqual(capacity);
      });
    }),
  );
});

test('what is heavy takes the place of several, however often it is set or deleted', () => {
  const cache = createGenerations<string, number>(10, (value) => value);
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.integer({ min: 0, max: 4 })));
  fc.assert(
    fc.property(steps, (list) => {
      cache.clear();
      const model = new Map<string, number>();
      for (const [key, value] of list) {
        if (value === 0) cache.delete(key);
        else cache.set(key, value);
        model.set(key, value);
        const kept = [...model.keys()].filter((each) => cache.get(each) !== undefined);
        // Either half may hold less than five, and what filled it.
        expect(kept.reduce((sum, each) => sum + (model.get(each) ?? 0), 0)).toBeLessThanOrEqual(2 * (4 + 4));
      }
      expect(cache.size).toBeLessThanOrEqual(10);
    }),
  );
  cache.clear();
  for (let turn = 0; turn < 100; turn++) cache.set('same', 4);
  cache.set('other', 1);
  expect([cache.get('same'), cache.get('other')]).toEqual([4, 1]);
});

test('what is used stays while what is not used goes', () => {
  const cache = createGenerations<string, number>(10);
  cache.set('used', 1);
  cache.set('unused', 1);
  for (let turn = 0; turn < 100; turn++) {
    cache.set(`other${turn}`, turn);
    expect(cache.get('used')).toBe(1);
  }
  expect(cache.get('unused')).toBeUndefined();
});

test('cleared, it is empty', () => {
  const cache = createGenerations<string, number>(10);
  cache.set('a', 1);
  cache.clear();
  expect([cache.get('a'), cache.size]).toEqual([undefined, 0]);
});
