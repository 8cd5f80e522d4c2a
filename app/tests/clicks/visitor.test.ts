import { expect, test } from '@jest/globals';
import { dayOf, unknownVisitor, visitorOf } from '../../src/clicks/visitor.ts';

test('the same address and browser is one visitor, another address, browser or salt is another', () => {
  const one = visitorOf('salt', '192.0.2.1', 'Firefox');
  expect(visitorOf('salt', '192.0.2.1', 'Firefox')).toBe(one);
  const others = [
    visitorOf('salt', '192.0.2.2', 'Firefox'),
    visitorOf('salt', '192.0.2.1', 'Chrome'),
    visitorOf('tomorrow', '192.0.2.1', 'Firefox'),
    unknownVisitor,
  ];
  expect(new Set([one, ...others]).size).toBe(5);
});

test('a visitor is eight bytes, whatever was hashed', () => {
  for (const address of ['', '::1', '2001:db8::ffff:192.0.2.1']) {
    const visitor = visitorOf('salt', address, 'ü'.repeat(200));
    expect(Buffer.from(visitor, 'latin1')).toHaveLength(8);
  }
});

test('days are those of UTC', () => {
  expect(dayOf(Date.UTC(2026, 0, 31, 23, 59, 59, 999))).toBe('2026-01-31');
  expect(dayOf(Date.UTC(2026, 1, 1))).toBe('2026-02-01');
});
