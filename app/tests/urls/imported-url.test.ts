import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { importedUrl, tagsCell, urlColumns, urlRecord } from '../../src/urls/imported-url.ts';
import { urlSchemas } from '../../src/urls/url.ts';

const schema = importedUrl(urlSchemas('https://sho.rt'));
const original_url = 'https://example.org';

test('a line of a seed file is a url with all that it says', () => {
  const line = {
    id: '2',
    user_id: '51',
    short_code: 'uHKNYv',
    original_url,
    title: 'Roadmap',
    is_active: 'False',
    created_at: '2025-05-08 08:27:51',
    updated_at: '',
  };
  expect(schema.parse(line)).toEqual({
    ...line,
    id: 2,
    user_id: 51,
    is_active: false,
    created_at: new Date('2025-05-08T08:27:51Z'),
    updated_at: undefined,
  });
});

test('codes of other services may be short, and reserved words may not be codes', () => {
  expect(schema.parse({ original_url, short_code: 'x' }).short_code).toBe('x');
  for (const short_code of ['urls', 'Docs', 'a/b', 'ü', 'x'.repeat(33)]) {
    expect(schema.safeParse({ original_url, short_code }).success).toBe(false);
  }
});

test('tags come back from their cell', () => {
  const tag = fc.oneof(fc.string({ minLength: 1, maxLength: 10 }), fc.constantFrom('|', ' a', '[x]', 'a|b', '"'));
  fc.assert(
    fc.property(fc.uniqueArray(tag, { maxLength: 5 }), (tags) => {
      const read = schema.parse({ original_url, tags: tagsCell(tags) }).tags ?? [];
      expect(read).toEqual(tags.filter((value) => !value.includes('\u0000')));
    }),
  );
});

test('a record has a cell for each column', () => {
  const at = new Date(0);
  const row = {
    ...{ id: 1, user_id: null, short_code: 'abc', original_url, title: null, is_active: true, redirect_type: 302 },
    ...{ forward_query: false, tags: ['a', 'b'], expires_at: null, max_clicks: null, created_at: at, updated_at: at },
    click_count: 4,
  };
  const record = Object.fromEntries(urlColumns.map((column, index) => [column, urlRecord(row)[index]]));
  expect(record).toEqual({ ...row, tags: 'a|b', created_at: at.toISOString(), updated_at: at.toISOString() });
});
