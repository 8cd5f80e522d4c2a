import { z } from 'zod';
import { bodyId, instant } from './query.ts';

/** Largest id that is kept: beyond it there would be no room left for the ids that come after. */
export const largestId = 1_000_000_000_000_000;

const wholeNumber = /^\d{1,16}$/;
const toNumber = (value: unknown): unknown =>
  typeof value === 'string' && wholeNumber.test(value.trim()) ? Number(value) : value;

/** A whole number from 1, in digits or as JSON. */
export const countCell = z.preprocess(toNumber, bodyId);

/** An id that a record brings along. */
export const idCell = z.preprocess(toNumber, bodyId.max(largestId, `at most ${largestId}`));

/** true, false, 1 or 0, in any case or as JSON. */
export const flagCell = z.preprocess((value) => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : value;
}, z.boolean('true or false'));

const databaseTime = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?: ?(?:Z|UTC|\+00(?::?00)?))?$/;

/** An instant as clients write it, or as databases do (`2025-12-29 00:57:12`), which is UTC. */
export const instantCell = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().replace(databaseTime, '$1T$2Z') : value),
  instant,
);

/** What a record may leave out: an empty cell and null count as left out. */
export const left = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional());
