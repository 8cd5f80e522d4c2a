import { z } from 'zod';
import { placeholders } from './edge/upstream.ts';

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .describe(`a whole number from ${min} to ${max}`);
export const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,6})?$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .describe(`a number from ${min} to ${max}`);
export const share = (max: number) =>
  integer(1, max)
    .transform((percent) => percent / 100)
    .describe(`a whole number from 1 to ${max}`);
export const seconds = (min: number, max: number) =>
  integer(min, max)
    .transform((value) => value * 1_000)
    .describe(`a whole number from ${min} to ${max}`);
export const megabytes = integer(0, 16_777_216)
  .transform((value) => value * 1_048_576)
  .describe('a whole number, 0 for none');
export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/)
  .describe('a name as Compose has them: a-z, 0-9, _ and -');
export const nameOrEmpty = z
  .union([z.literal(''), z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/)])
  .describe('a name, or empty');
export const path = z.string().regex(/^\//).describe('an absolute path');
export const pathOrEmpty = z.union([z.literal(''), path]).describe('an absolute path, or empty');
export const folderOrEmpty = z
  .union([z.literal(''), z.string().regex(/^(\/[\w.-]+)+$/)])
  .describe('an absolute path of letters, digits, _, - and ., or empty');
export const paths = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .pipe(z.array(path).min(1).max(20))
  .describe('paths that begin with /, separated by commas');
export const httpUrl = z
  .string()
  .refine((value) => URL.canParse(value) && new URL(value).protocol === 'http:')
  .describe('an http URL');
export const template = z
  .string()
  .refine((value) => placeholders.every((placeholder) => value.includes(placeholder)))
  .describe(`a text with ${placeholders.join(' and ')}`);
export const nginxWords = z
  .string()
  .regex(/^[\w=. ]*$/)
  .describe('parameters of a server line of nginx, or empty');
