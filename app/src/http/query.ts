import { z } from 'zod';
import { AppError } from './problem.ts';

const positive = 'a positive whole number';

/** An id in a path or query, as a number; what JSON integers cannot carry exactly is refused. */
export const id = z
  .string()
  .regex(/^[0-9]{1,16}$/, positive)
  .transform(Number)
  .refine((value) => value > 0 && Number.isSafeInteger(value), positive)
  .meta({ override: { type: 'integer', minimum: 1 } });

/** An id in a JSON body. */
export const bodyId = z.int(positive).positive(positive);

const count = (message: string) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= 1, message)
    .meta({ override: { type: 'integer', minimum: 1 } });

export const page = count('a whole number from 1').optional();

/** Rows a page: less than 1 is refused, more than `most` is clamped to it. */
export const perPage = (usual: number, most: number) =>
  count('a whole number from 1')
    .default(usual)
    .transform((value) => Math.min(value, most))
    .meta({ override: { type: 'integer', minimum: 1, maximum: most, default: usual } });

/** true, false, 1 or 0 in any case. */
export const flag = z
  .string()
  .regex(/^(true|false|1|0)$/i, 'true, false, 1 or 0')
  .transform((value) => value === '1' || value.toLowerCase() === 'true')
  .meta({ override: { type: 'boolean' } });

/** An instant: RFC 3339 with an offset, or a plain date, which means its first moment in UTC. */
export const instant = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], 'a date or an RFC 3339 timestamp')
  .transform((value) => new Date(value))
  // An offset may lead out of the years that a timestamp can be written in; NaN is in no range.
  .refine((value) => value.getUTCFullYear() > 0 && value.getUTCFullYear() < 10_000, 'a date or an RFC 3339 timestamp')
  .meta({ override: { type: 'string', format: 'date-time' } });

/** Text that Postgres can hold: no NUL, no lone surrogate. `most` counts characters. */
export const text = (least: number, most: number) =>
  z
    .string(`a text of ${least} to ${most} characters`)
    .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'a text without NUL or broken characters')
    .refine(
      (value) => [...value].length >= least && [...value].length <= most,
      least > 0 ? `a text of ${least} to ${most} characters` : `a text of at most ${most} characters`,
    )
    .meta({ override: { type: 'string', minLength: least, maxLength: most } });

/** Writes a cursor: opaque to clients, the last row's sort keys to us. */
export const encodeCursor = (keys: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(keys)).toString('base64url');

/** Reads what encodeCursor wrote; anything else is a 400. `schema` says which keys are expected. */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  const malformed = new AppError('malformed', 'cursor is not one that this service gave');
  if (!/^[A-Za-z0-9_-]{1,400}$/.test(cursor)) throw malformed;
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (parsed.success) return parsed.data;
  } catch (cause) {
    throw new AppError('malformed', malformed.message, { cause });
  }
  throw malformed;
}

/** `Link` of RFC 8288 from relation → query, on the given path (which keeps the client's prefix). */
export function linkHeader(path: string, relations: Readonly<Record<string, URLSearchParams>>): string {
  return Object.entries(relations)
    .map(([relation, query]) => `<${path}?${query}>; rel="${relation}"`)
    .join(', ');
}
