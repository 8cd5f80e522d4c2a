import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDetails } from '../../src/events/event.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

test.each([[null], [[]], [5], ['text'], [true]])('details %j are malformed', (details) => {
  expect(() => readDetails(details)).toThrow(expect.objectContaining({ code: 'malformed' }));
});

test.each([
  [{ a: 'b\u0000' }, 'NUL'],
  [{ 'b\u0000': 1 }, 'NUL'],
  [{ a: ['\ud800'] }, 'broken'],
  [{ '\udc00': 1 }, 'broken'],
  [nested(21), 'nested'],
  [Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [n, n])), 'values'],
])('details that cannot be stored are invalid', (details, reason) => {
  const problem = { code: 'invalid', errors: { details: expect.stringContaining(reason) } };
  expect(() => readDetails(details)).toThrow(expect.objectContaining(problem));
});

test('absent details are absent, and objects are taken as they are', () => {
  expect(readDetails(undefined)).toBeUndefined();
  expect(readDetails(nested(20))).toEqual(nested(20));
});

test('whatever JSON holds, details are taken or refused by an error that clients see', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (details) => {
      try {
        expect(readDetails(details)).toBe(details);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid' });
      }
    }),
  );
});
