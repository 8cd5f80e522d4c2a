import { z } from 'zod';

/** One row of the stack's table: what `docker-compose.yml` and the scripts read from `.env`. */
export type StackSetting = {
  name: string;
  schema: z.ZodType;
  fallback: string;
  meaning: string;
  unit?: string;
  secret?: boolean;
};

/** A row of the table. */
export const setting = (
  name: string,
  schema: z.ZodType,
  fallback: string,
  meaning: string,
  more: { unit?: string; secret?: boolean } = {},
): StackSetting => ({ name, schema, fallback, meaning, ...more });

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .refine((value) => Number(value) >= min && Number(value) <= max)
    .describe(`a whole number from ${min} to ${max}`);
export const decimal = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,2})?$/)
  .refine((value) => Number(value) > 0)
  .describe('a number above 0');
export const image = z
  .string()
  .regex(/^[a-z0-9][\w./:@-]*$/)
  .describe('an image, with a tag or a digest');
export const imageOrEmpty = z.union([z.literal(''), image]).describe('an image, or empty');
export const secret = z
  .union([z.literal(''), z.string().regex(/^[!-~]{16,256}$/)])
  .describe('16 to 256 characters without blanks, or empty');
export const hostName = z
  .union([z.literal(''), z.string().regex(/^(?=.{4,253}$)([a-z0-9-]+\.)+[a-z]{2,}$/)])
  .describe('a domain name, or empty');
export const text = z.string().max(2_048).describe('a text, or empty');
export const volume = z.union([z.literal(''), z.string().regex(/^[a-zA-Z0-9][\w.-]*$/)]).describe('a volume, or empty');
export const port = integer(1, 65_535);
