import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostOf, locationOf, refuseAddress } from '../../src/urls/address.ts';

const refused = (address: string) => refuseAddress(address, hostOf('https://sho.rt'));

test.each([
  'https://example.com',
  'HTTP://EXAMPLE.COM/',
  'http://example.com:8080/a/b?c=d&e[]=f#g',
  'https://user.example.com/@name',
  'https://example.com/?next=https://other.example/',
  'https://example.com/a%20b%0a',
  'https://example.com/\\a',
  'https://bücher.example/straße?ö#ß',
  'https://xn--bcher-kva.example/',
  'https://a_b.example.com/',
  'https://8.8.8.8/',
  'https://[2606:4700:4700::1111]/',
  'https://sho.rt.example.com/',
  'https://not-sho.rt/',
  `https://example.com/${'a'.repeat(2_028)}`,
])('%s is accepted', (address) => {
  expect(refused(address)).toBeUndefined();
});

test.each([
  ['', 'absolute'],
  ['example.com', 'absolute'],
  ['//example.com', 'absolute'],
  ['/path', 'absolute'],
  ['https:example.com', 'absolute'],
  ['https:/example.com', 'absolute'],
  ['https:///example.com', 'absolute'],
  ['https://', 'absolute'],
  ['ftp://example.com', 'absolute'],
  ['javascript:alert(1)', 'absolute'],
  ['data:text/html,x', 'absolute'],
  ['http://[bad', 'absolute'],
  ['http://[::1', 'absolute'],
  ['http://256.256.256.256/', 'absolute'],
  ['http://example.com:99999/', 'absolute'],
  ['http://exa<mple.com/', 'absolute'],
  ['http://user:password@example.com/', 'credentials'],
  ['http://user@example.com/', 'credentials'],
  ['http://@example.com/', 'credentials'],
  ['http://example.com\\@evil.example/', 'credentials'],
  ['http://example.com\\.evil.example/', 'backslash'],
  ['http://example.com/\n', 'blanks'],
  ['http://example.com/\r\nSet-Cookie: a=b', 'blanks'],
  ['http://example.com/a b', 'blanks'],
  [' http://example.com/', 'blanks'],
  ['http://example.com/\t', 'blanks'],
  ['http://example.com/\u0000', 'blanks'],
  ['http://example.com/\u0085', 'blanks'],
  ['http://example.com/\u2028', 'blanks'],
  ['http://example.com/\ufeff', 'blanks'],
  ['http://example.com/\ud800', 'broken'],
  ['http://localhost/', 'public'],
  ['http://169.254.169.254/', 'public'],
  ['https://sho.rt/abc', 'this service'],
  ['http://SHO.RT.:8080/', 'this service'],
  ['http://ｓｈｏ.rt/', 'this service'],
  [`https://example.com/${'a'.repeat(2_029)}`, '2048 characters'],
  [`https://example.com/${'\u{1f600}'.repeat(2_029)}`, '2048 characters'],
  [`https://example.com/${'\u{1f600}'.repeat(1_000)}`, '8192 characters'],
])('%j is refused', (address, reason) => {
  expect(refused(address)).toContain(reason);
});

test('a plain ASCII address goes into Location as it was sent, any other as the parser writes it', () => {
  expect(locationOf('HTTP://Example.com/a|b{c}')).toBe('HTTP://Example.com/a|b{c}');
  expect(locationOf('https://bücher.example/ß?ö#é')).toBe('https://xn--bcher-kva.example/%C3%9F?%C3%B6#%C3%A9');
});

test('whatever is accepted can stand in a header line, and leads where its parser says', () => {
  const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.webPath(), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(anything, (rest) => {
      const address = `https://example.com/${rest}`;
      if (refused(address)) return;
      expect(locationOf(address)).toMatch(/^[\x21-\x7e]+$/);
      expect(new URL(locationOf(address)).href).toBe(new URL(address).href);
    }),
    { numRuns: 2_000 },
  );
});
