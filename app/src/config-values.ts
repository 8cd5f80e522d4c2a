import { z } from 'zod';

/** One row of the environment table: the setting's real name, what it may be, and what it means. */
export type Setting<S extends z.ZodType> = {
  name: string;
  schema: S;
  fallback: string;
  meaning: string;
  unit?: string;
  secret?: boolean;
};

export const setting = <S extends z.ZodType>(
  name: string,
  schema: S,
  fallback: string,
  meaning: string,
  more: { unit?: string; secret?: boolean } = {},
): Setting<S> => ({ name, schema, fallback, meaning, ...more });

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .describe(`a whole number from ${min} to ${max}`);
export const onOff = z
  .enum(['on', 'off'])
  .transform((value) => value === 'on')
  .describe('on or off');
export const optional = <S extends z.ZodType>(schema: S, allowed: string) =>
  z.union([z.literal('').transform(() => undefined), schema]).describe(`${allowed}, or empty`);
export const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol));
/** A secret that a client sends in a header. */
export const headerSecret = z.string().regex(/^[\x21-\x7e]{16,256}$/);
export const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//);
export const redisUrl = url('redis:', 'rediss:');
export const list = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .describe('a list separated by commas, or empty');
const isOrigin = (value: string): boolean =>
  value === '*' || (!value.includes('*') && URL.canParse(value) && new URL(value).origin === value);
export const origins = list
  .refine((values) => values.every(isOrigin))
  .describe('origins such as https://app.example separated by commas, or *, or empty');
