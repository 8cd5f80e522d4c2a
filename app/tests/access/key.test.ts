import { expect, test } from '@jest/globals';
import { allows, hashKey, isKeyShaped, keyPrefix, makeKey, presentedKey, sameSecret } from '../../src/access/key.ts';

test('a made key has the shape of one, and no two are equal', () => {
  const keys = Array.from({ length: 1_000 }, makeKey);
  expect(keys.every(isKeyShaped)).toBe(true);
  expect(new Set(keys).size).toBe(1_000);
});

test('what is shown and stored of a key does not contain its secret', () => {
  const key = makeKey();
  expect(key.startsWith(keyPrefix(key))).toBe(true);
  expect(keyPrefix(key)).toHaveLength(10);
  expect(hashKey(key)).toHaveLength(32);
});

test.each([
  [['read'], 'read', true],
  [['read'], 'write', false],
  [['write'], 'read', true],
  [['write'], 'write', true],
  [['write'], 'admin', false],
  [['admin'], 'read', true],
  [['admin'], 'write', true],
  [['admin'], 'admin', true],
  [[], 'read', false],
] as const)('scopes %j and a route that needs %s: %s', (held, wanted, expected) => {
  expect(allows(held, wanted)).toBe(expected);
});

test.each([
  ['Bearer abc', '', 'abc'],
  ['bearer   abc ', '', 'abc'],
  ['', 'abc', 'abc'],
  ['Basic abc', 'def', 'def'],
  ['Bearer abc', 'def', 'abc'],
  ['Bearer', '', undefined],
  ['Bearer a b', '', undefined],
  ['', '', undefined],
])('Authorization %j and X-API-Key %j present %j', (authorization, apiKey, expected) => {
  expect(presentedKey(authorization, apiKey)).toBe(expected);
});

test('secrets of any length are compared', () => {
  expect(sameSecret('one secret', 'one secret')).toBe(true);
  expect(sameSecret('one secret', 'one secret and more')).toBe(false);
  expect(sameSecret('', 'x')).toBe(false);
});
