import { expect, test } from '@jest/globals';
import { changesOf, urlEvent } from '../../src/urls/history.ts';
import type { UrlRow } from '../../src/urls/table.ts';

const time = new Date('2026-01-02T03:04:05.678Z');
const row: UrlRow = {
  id: 7,
  user_id: 3,
  short_code: 'abc',
  original_url: 'https://example.com/',
  title: 'a',
  is_active: true,
  redirect_type: 302,
  forward_query: false,
  tags: ['x', 'y'],
  expires_at: time,
  max_clicks: null,
  created_at: time,
  updated_at: time,
};

test('what is the same is no change, dates and lists too', () => {
  expect(changesOf(row, {})).toBeUndefined();
  expect(
    changesOf(row, { title: 'a', tags: ['x', 'y'], expires_at: new Date(time), max_clicks: null }),
  ).toBeUndefined();
});

test('what differs is told with both values, to null and from null too', () => {
  expect(changesOf(row, { title: null, max_clicks: 5, tags: ['y', 'x'], is_active: true })).toEqual({
    title: { from: 'a', to: null },
    max_clicks: { from: null, to: 5 },
    tags: { from: ['x', 'y'], to: ['y', 'x'] },
  });
});

test('an event of a url names its code, its address and its owner', () => {
  expect(urlEvent('deleted', row, { why: 'test' })).toEqual({
    event_type: 'deleted',
    url_id: 7,
    user_id: 3,
    details: { short_code: 'abc', original_url: 'https://example.com/', why: 'test' },
  });
});
