import { createHash } from 'node:crypto';
import { AppError } from '../http/problem.ts';

/** One request that a client may repeat: who, under which key, and what was asked. */
export type Attempt = { subject: string; key: string; fingerprint: string };

/** What the first request was answered with. */
export type FirstAnswer = { location: string; body: string };

const shape = /^[\x21-\x7e]{1,255}$/;

/** The Idempotency-Key header's value, or undefined where there is none; one that is no key is a 400. */
export function parseKey(header: string): string | undefined {
  if (header === '') return undefined;
  if (shape.test(header)) return header;
  throw new AppError('malformed', 'Idempotency-Key is not 1 to 255 visible ASCII characters');
}

/** Tells one request from another: the operation, and the body as the schema read it (so blanks and order do not count). */
export const fingerprintOf = (operation: string, body: unknown): string =>
  createHash('sha256')
    .update(`${operation}\n${JSON.stringify(body)}`)
    .digest('hex');
