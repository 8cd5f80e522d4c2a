import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide, type Link, locationFor, refusalOf, withQuery } from '../../src/redirects/target.ts';

const link: Link = {
  id: 1,
  location: 'https://example.com/a',
  status: 302,
  forwardQuery: false,
  active: true,
  expiresAt: null,
  limited: false,
};

test('what is known of a code decides what a request for it gets', () => {
  expect(decide(link, 0)).toEqual({ kind: 'follow', link });
  expect(decide(null, 0)).toEqual({ kind: 'refused', refusal: 'missing' });
  expect(decide({ ...link, active: false }, 0)).toEqual({ kind: 'refused', refusal: 'inactive' });
  expect(decide({ ...link, expiresAt: 10 }, 9)).toMatchObject({ kind: 'follow' });
  expect(decide({ ...link, expiresAt: 10 }, 10)).toEqual({ kind: 'refused', refusal: 'expired' });
  expect(decide({ ...link, limited: true, active: false }, 0)).toEqual({ kind: 'limited' });
  expect([refusalOf(null, 0), refusalOf(link, 0)]).toEqual(['missing', undefined]);
  expect([refusalOf({ ...link, active: false }, 0), refusalOf({ ...link, expiresAt: 1 }, 1)]).toEqual([
    'inactive',
    'expired',
  ]);
});

test.each([
  ['https://e.com/a', 'x=1', 'https://e.com/a?x=1'],
  ['https://e.com/a?b=2', 'x=1', 'https://e.com/a?b=2&x=1'],
  ['https://e.com/a?', 'x=1', 'https://e.com/a?x=1'],
  ['https://e.com/a?b&', 'x=1', 'https://e.com/a?b&x=1'],
  ['https://e.com/a#f?g', 'x=1', 'https://e.com/a?x=1#f?g'],
  ['https://e.com/a?b=2#f', 'x=%20+', 'https://e.com/a?b=2&x=%20+#f'],
  ['https://e.com/a#f', '', 'https://e.com/a#f'],
])('%s with the query %s is %s', (location, query, expected) => {
  expect(withQuery(location, query)).toBe(expected);
  expect(locationFor({ ...link, location, forwardQuery: true }, query)).toBe(expected);
  expect(locationFor({ ...link, location }, query)).toBe(location);
});

test('whatever bytes a query has, the address stays one line of ASCII with its own fragment', () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString('latin1'));
  fc.assert(
    fc.property(bytes, (query) => {
      const address = withQuery('https://example.com/a?b=1#end', query);
      expect(address).toMatch(/^[\x21-\x7e]+$/);
      expect(new URL(address).hash).toBe('#end');
      expect(address.startsWith('https://example.com/a?b=1')).toBe(true);
    }),
  );
});
