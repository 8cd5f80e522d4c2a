import { expect, test } from '@jest/globals';
import { originOf, translate } from '../../src/urls/foreign.ts';

const shlinkCsv = {
  createdat: '2024-01-02T03:04:05+01:00',
  domain: 's.example',
  shortcode: 'abc',
  shorturl: 'https://s.example/abc',
  longurl: 'https://example.org',
  title: 'A',
  tags: 'x|y',
  visits: '7',
};

test.each([
  ['ours', { id: '1', original_url: 'https://example.org' }],
  ['shlink', shlinkCsv],
  ['shlink', { 'long url': 'https://example.org', 'short code': 'abc', title: '', tags: '' }],
  ['shlink', { shortCode: 'abc', longUrl: 'https://example.org', meta: {} }],
  ['kutt', { address: 'abc', target: 'https://example.org', visit_count: 3 }],
  ['yourls', { keyword: 'abc', url: 'https://example.org', title: '', timestamp: '', ip: '', clicks: '2' }],
  ['yourls-csv', { source: '/abc/', target: 'https://example.org', hits: '2' }],
  ['unknown', { link: 'https://example.org' }],
])('%s is told by its columns', (origin, record) => {
  expect(originOf(record)).toBe(origin);
});

test('Shlink: the code, the address, the tags and the limits', () => {
  expect(translate('shlink', shlinkCsv)).toMatchObject({
    url: { short_code: 'abc', original_url: 'https://example.org', tags: 'x|y', created_at: shlinkCsv.createdat },
  });
  const limited = (total: number) => ({
    ...{ shortCode: 'abc', longUrl: 'https://example.org', tags: ['x'], forwardQuery: true },
    ...{ visitsSummary: { total }, meta: { validUntil: '2030-01-01T00:00:00Z', maxVisits: 10 } },
  });
  expect(translate('shlink', limited(4))).toMatchObject({
    url: { tags: ['x'], expires_at: '2030-01-01T00:00:00Z', max_clicks: 6, forward_query: true },
  });
  expect(translate('shlink', limited(10))).toMatchObject({ url: { is_active: false } });
  const later = { shortCode: 'abc', longUrl: 'https://example.org', meta: { validSince: '2030-01-01T00:00:00Z' } };
  expect(translate('shlink', later)).toMatchObject({ kind: 'refused' });
});

test('Kutt: a banned link is inactive, and one with a password is not opened to everybody', () => {
  const kutt = {
    address: 'abc',
    target: 'https://example.org',
    description: 'A',
    banned: 'true',
    expire_in: '2030-01-01',
  };
  expect(translate('kutt', kutt)).toMatchObject({
    url: { short_code: 'abc', title: 'A', is_active: false, expires_at: '2030-01-01' },
  });
  for (const password of [true, '$2a$12$x', 'true']) {
    expect(translate('kutt', { ...kutt, password })).toMatchObject({ kind: 'refused' });
  }
  for (const password of [false, '', null, 'false']) {
    expect(translate('kutt', { ...kutt, password })).toMatchObject({ kind: 'url' });
  }
});

test('YOURLS: its table, and its CSV plugin with the keyword as a path', () => {
  expect(
    translate('yourls', { keyword: 'abc', url: 'https://example.org', title: 'A', timestamp: '2024-01-02 03:04:05' }),
  ).toEqual({
    kind: 'url',
    url: { short_code: 'abc', original_url: 'https://example.org', title: 'A', created_at: '2024-01-02 03:04:05' },
  });
  expect(translate('yourls-csv', { source: '/abc/', target: 'https://example.org' })).toMatchObject({
    url: { short_code: 'abc' },
  });
});

test('columns that nobody knows are refused', () => {
  expect(translate('unknown', {})).toMatchObject({ kind: 'refused' });
});
