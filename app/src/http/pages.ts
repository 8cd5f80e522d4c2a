import { z } from 'zod';
import { AppError } from './problem.ts';
import { decodeCursor, encodeCursor, linkHeader, page, perPage } from './query.ts';

/** The part of a list that is asked for: rows beyond the one that `keys` place, less the first `offset` ones. */
export type Page = {
  /** What the list is sorted by, of the row before the page; the id is the last of them. None before the first row. */
  keys: readonly number[];
  /** That id; 0 before the first row. */
  after: number;
  offset: number;
  limit: number;
  number: number | undefined;
};

/** Query parameters of a list by id: `page`, or `cursor` (an empty one starts), and `per_page`. */
export const pageQuery = (usual: number, most: number) => ({
  page,
  cursor: z.string().optional(),
  per_page: perPage(usual, most),
});

type PageQuery = { page?: number | undefined; cursor?: string | undefined; per_page: number };

/** What the query of a list that is sorted by so many keys asks for; both ways at once are a 400. */
export function pageOf({ page: number, cursor, per_page: limit }: PageQuery, sortKeys = 1): Page {
  if (cursor === undefined)
    return { keys: [], after: 0, offset: ((number ?? 1) - 1) * limit, limit, number: number ?? 1 };
  if (number !== undefined) throw new AppError('malformed', 'give either page or cursor');
  const keys = cursor === '' ? [] : decodeCursor(cursor, z.array(z.int().nonnegative()).length(sortKeys));
  return { keys, after: keys.at(-1) ?? 0, offset: 0, limit, number: undefined };
}

type Found = {
  /** What the list is sorted by, of the last row on this page; empty where it has none. */
  last: readonly number[];
  /** Whether rows follow. */
  more: boolean;
  total: number;
};

/** `Link` to the neighbouring pages, with the other parameters of the query kept. Empty where there are none. */
export function pageLinks(path: string, query: string, { number, limit }: Page, { last, more, total }: Found): string {
  const relation = (name: string, value: string | number): URLSearchParams => {
    const parameters = new URLSearchParams(query);
    parameters.set(name, String(value));
    return parameters;
  };
  if (number === undefined) {
    return more && last.length > 0 ? linkHeader(path, { next: relation('cursor', encodeCursor(last)) }) : '';
  }
  const end = Math.max(1, Math.ceil(total / limit));
  return linkHeader(path, {
    first: relation('page', 1),
    ...(number > 1 && { prev: relation('page', Math.min(number - 1, end)) }),
    ...(more && { next: relation('page', number + 1) }),
    ...(total > 0 && { last: relation('page', end) }),
  });
}
