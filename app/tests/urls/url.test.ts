import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { presentUrl, shortUrl, url, urlSchemas } from '../../src/urls/url.ts';

const { newUrl, urlChange, shorten } = urlSchemas('https://sho.rt');

test('an address of the own host is refused wherever an address is given', () => {
  const own = 'https://SHO.rt/abc';
  expect(newUrl.safeParse({ original_url: own }).success).toBe(false);
  expect(urlChange.safeParse({ original_url: own }).success).toBe(false);
  expect(shorten.safeParse({ url: own }).success).toBe(false);
});

test('tags are kept in order, each once', () => {
  expect(urlChange.parse({ tags: ['b', 'a', 'b'] })).toEqual({ tags: ['b', 'a'] });
});

test('whatever comes, the schemas answer and do not throw', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (whole, part) => {
      for (const schema of [newUrl, urlChange, shorten]) {
        schema.safeParse(whole);
        schema.safeParse({ original_url: part, custom_alias: part, tags: part, expires_at: part, max_clicks: part });
      }
    }),
  );
});

test('a row is presented as the schema says, times in UTC with milliseconds', () => {
  const time = new Date('2026-01-02T03:04:05.678Z');
  const times = { created_at: time, updated_at: time, expires_at: null };
  const flags = { is_active: true, forward_query: false, redirect_type: 302, max_clicks: null };
  const texts = { short_code: 'abc', original_url: 'https://example.com/', title: null, tags: [] };
  const shown = presentUrl({ id: 1, user_id: null, click_count: 5, ...texts, ...flags, ...times }, 'https://sho.rt');
  expect(url.parse(shown)).toEqual(shown);
  expect(shown).toMatchObject({ created_at: '2026-01-02T03:04:05.678Z', short_url: shortUrl('https://sho.rt', 'abc') });
});
