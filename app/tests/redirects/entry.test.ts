import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCode, type ShortCode } from '../../src/codes/short-code.ts';
import { decodeEntry, encodeEntry, isToken, keyOf, keysOf, makeToken, stampOf } from '../../src/redirects/entry.ts';

const links = fc.record({
  id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  location: fc.webUrl({ withQueryParameters: true, withFragments: true }),
  status: fc.constantFrom(301, 302, 307, 308),
  forwardQuery: fc.boolean(),
  active: fc.boolean(),
  expiresAt: fc.option(fc.integer({ min: 0, max: 8_640_000_000_000_000 })),
  limited: fc.boolean(),
});
const code = parseCode('abc') as ShortCode;

test('an entry is read as it was written under its own stamp, and under no other', () => {
  const stamp = stampOf(7, 'deadbeef');
  const others = [stampOf(8, 'deadbeef'), stampOf(7, 'beefdead'), stampOf(77, 'deadbeef'), '2.7.deadbeef|'];
  fc.assert(
    fc.property(links, (link) => {
      const text = encodeEntry(stamp, link);
      expect(decodeEntry(stamp, text)).toEqual(link.limited ? { ...link, location: '' } : link);
      for (const other of others) expect(decodeEntry(other, text)).toBeUndefined();
    }),
  );
});

test('a token is no entry', () => {
  const token = makeToken('unique');
  expect([isToken(token), isToken(stampOf(1, ''))]).toEqual([true, false]);
  expect(decodeEntry(stampOf(1, ''), token)).toBeUndefined();
});

test('an invalidation has the key of this release and that of the next', () => {
  expect(keysOf(code)).toContain(keyOf(code));
  expect(new Set(keysOf(code)).size).toBe(2);
});
