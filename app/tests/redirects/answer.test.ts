import { expect, test } from '@jest/globals';
import { AppError } from '../../src/http/problem.ts';
import { previewAnswer, problemAnswer, redirectAnswer, refusalAnswer, wantsPage } from '../../src/redirects/answer.ts';
import { messagePage } from '../../src/redirects/pages.ts';
import { cacheControl, type Link } from '../../src/redirects/target.ts';

const link: Link = {
  id: 1,
  location: 'https://example.com/"><script>',
  status: 301,
  forwardQuery: true,
  active: true,
  expiresAt: null,
  limited: false,
};

test('a redirect has a location, a rule for caches and no body', () => {
  expect(redirectAnswer({ ...link, location: 'https://e.com/' }, 'a=1')).toEqual({
    status: 301,
    headers: { Location: 'https://e.com/?a=1', 'Cache-Control': 'private, max-age=90' },
    body: '',
  });
  expect([302, 307].map(cacheControl)).toEqual(['no-store', 'no-store']);
  expect([301, 308].map(cacheControl)).toEqual(['private, max-age=90', 'private, max-age=90']);
});

test.each([
  ['missing', 404, 'URL not found'],
  ['inactive', 410, 'URL is deactivated'],
  ['expired', 410, 'URL has expired'],
  ['used_up', 410, 'URL has no uses left'],
] as const)('a refusal because it is %s is a %i that nobody keeps', (refusal, status, detail) => {
  const problem = refusalAnswer(refusal, '*/*', 'id');
  expect([problem.status, problem.headers['Cache-Control']]).toEqual([status, 'no-store']);
  expect(JSON.parse(problem.body)).toMatchObject({ detail, error: detail, status, request_id: 'id' });
  expect(JSON.parse(refusalAnswer(refusal, '*/*', 'another.one').body)).toMatchObject({
    status,
    request_id: 'another.one',
  });
  const page = refusalAnswer(refusal, 'text/html', 'id');
  expect([page.status, page.headers['Cache-Control'], page.headers['Vary']]).toEqual([status, 'no-store', 'Accept']);
  expect(page.headers['Content-Security-Policy']).toContain("default-src 'none'");
});

test('only who names HTML gets a page', () => {
  expect(['text/html,application/xml', 'application/json', '*/*', undefined].map(wantsPage)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('an error keeps its headers', () => {
  const error = new AppError('unavailable', 'no', { headers: { 'Retry-After': '2' } });
  expect(problemAnswer(error, 'id')).toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
});

test('what a page shows is text and never markup', () => {
  expect(previewAnswer('abc', link).body).toContain('https://example.com/&quot;&gt;&lt;script&gt;');
  expect(messagePage('<a>', '&')).toContain('<h1>&lt;a&gt;</h1><p>&amp;</p>');
});
