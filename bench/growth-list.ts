import { encodeCursor } from '../app/src/http/query.ts';

/** Where a page of the list begins that has as many of so many urls before it as behind it: ids count from 1. */
export const middleOfList = (urls: number): string =>
  `/urls?per_page=50&cursor=${encodeURIComponent(encodeCursor([Math.max(1, Math.floor(urls / 2))]))}`;
