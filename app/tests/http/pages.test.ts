import { expect, test } from '@jest/globals';
import { pageLinks, pageOf } from '../../src/http/pages.ts';
import { encodeCursor } from '../../src/http/query.ts';

test('a page by number skips the rows before it', () => {
  expect(pageOf({ page: 3, per_page: 20 })).toEqual({ keys: [], after: 0, offset: 40, limit: 20, number: 3 });
  expect(pageOf({ per_page: 20 })).toEqual({ keys: [], after: 0, offset: 0, limit: 20, number: 1 });
});

test('a page by cursor begins after its row', () => {
  const cursor = encodeCursor([41]);
  expect(pageOf({ cursor, per_page: 20 })).toEqual({ keys: [41], after: 41, offset: 0, limit: 20, number: undefined });
  expect(pageOf({ cursor: '', per_page: 20 }).after).toBe(0);
  expect(pageOf({ cursor: encodeCursor([7, 41]), per_page: 20 }, 2)).toMatchObject({ keys: [7, 41], after: 41 });
});

test('both at once, or a cursor that is not ours, are malformed', () => {
  expect(() => pageOf({ page: 1, cursor: '', per_page: 20 })).toThrow('either');
  for (const keys of [['x'], [-1], [1, 2], []]) {
    expect(() => pageOf({ cursor: encodeCursor(keys), per_page: 20 })).toThrow('cursor');
  }
  expect(() => pageOf({ cursor: encodeCursor([1]), per_page: 20 }, 2)).toThrow('cursor');
});

test('links keep the other parameters', () => {
  const page = pageOf({ page: 2, per_page: 10 });
  expect(pageLinks('/v1/urls', 'tag=a%26b&page=2', page, { last: [20], more: true, total: 35 })).toBe(
    '</v1/urls?tag=a%26b&page=1>; rel="first", </v1/urls?tag=a%26b&page=1>; rel="prev", ' +
      '</v1/urls?tag=a%26b&page=3>; rel="next", </v1/urls?tag=a%26b&page=4>; rel="last"',
  );
});

test('the last page by cursor has no link', () => {
  const page = pageOf({ cursor: '', per_page: 10 });
  expect(pageLinks('/urls', 'cursor=', page, { last: [9], more: false, total: 9 })).toBe('');
  const next = pageLinks('/urls', 'cursor=', page, { last: [10], more: true, total: 11 });
  expect(next).toBe(`</urls?cursor=${encodeCursor([10])}>; rel="next"`);
});
