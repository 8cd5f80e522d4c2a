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
/** A share of a whole. */
export const share = z
  .string()
  .regex(/^(\d+\.?\d*|\.\d+)(e-?\d+)?$/i)
  .transform(Number)
  .pipe(z.number().min(0).max(1))
  .describe('a number from 0 to 1');
export const onOff = z
  .enum(['on', 'off'])
  .transform((value) => value === 'on')
  .describe('on or off');
export const optional = <S extends z.ZodType>(schema: S, allowed: string) =>
  z.union([z.literal('').transform(() => undefined), schema]).describe(`${allowed}, or empty`);
export const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol));
/** A secret that a client sends in a header. */
/** Where something answers: what follows it is put behind it, so it has no query, and no credentials to be shown in each link. */
const isBaseUrl = (value: string): boolean => {
  const { username, password } = new URL(value);
  return !/[?#]/.test(value) && username === '' && password === '';
};
export const baseUrl = url('http:', 'https:').refine((value) => !URL.canParse(value) || isBaseUrl(value));
export const headerSecret = z.string().regex(/^[\x21-\x7e]{16,256}$/);

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= 65_535;

/** As the driver reads it: its host may be missing, or be a socket's folder, there or in the query; so may its port. */
function isPostgresUrl(value: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(value)) return false;
  // A % that begins no encoding stands for itself, as does a blank.
  const text = / |%[^a-f0-9]|%[a-f0-9][^a-f0-9]/i.test(value) ? encodeURI(value).replace(/%25(\d\d)/g, '%$1') : value;
  const parsed = URL.parse(text) ?? URL.parse(text.replace('@/', '@socket/'));
  if (!parsed) return false;
  const { username, password, hostname, pathname, searchParams } = parsed;
  try {
    for (const part of [username, password, hostname, pathname]) decodeURIComponent(part);
  } catch {
    return false;
  }
  return isPort(searchParams.get('port') || '0');
}

export const postgresUrl = z.string().refine(isPostgresUrl);
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
