import { expect, test } from '@jest/globals';
import { fingerprintOf, parseKey } from '../../src/idempotency/key.ts';

test('no header is no key; visible ASCII is one', () => {
  expect(parseKey('')).toBeUndefined();
  for (const key of ['a', '"quoted"', '8e03978e-40d5-43dd-bc93-6894a57f9324', 'x'.repeat(255)]) {
    expect(parseKey(key)).toBe(key);
  }
});

test.each(['a b', 'ä', 'a\n', 'x'.repeat(256)])('%j is malformed', (header) => {
  expect(() => parseKey(header)).toThrow(expect.objectContaining({ code: 'malformed' }));
});

test('another operation or another body has another fingerprint', () => {
  const one = fingerprintOf('POST /urls', { a: 1 });
  expect(fingerprintOf('POST /urls', { a: 1 })).toBe(one);
  expect(fingerprintOf('POST /urls', { a: 2 })).not.toBe(one);
  expect(fingerprintOf('POST /shorten', { a: 1 })).not.toBe(one);
});
