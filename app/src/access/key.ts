import { createHash, randomBytes } from 'node:crypto';

export const scopes = ['read', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who asks: a stored key, the environment's admin key, or nobody (AUTH=off). */
export type Identity = {
  /** Stable name for rate limits and idempotency: `key:ID`, `environment`, or `anonymous`. */
  subject: string;
  scopes: readonly Scope[];
  /** Requests a minute for this key instead of the settings; 0 lifts the limits. */
  rateLimit?: number | undefined;
};

export const anonymous: Identity = { subject: 'anonymous', scopes: ['read', 'write'] };

/** A new key: 32 random bytes, with a prefix by which secret scanners can tell what it is. */
export const makeKey = (): string => `ssk_${randomBytes(32).toString('base64url')}`;

/** What is stored of a key: SHA-256 is enough for 32 random bytes, there is nothing to guess. */
export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** An admin key may do everything, a write key also reads. */
export function allows(held: readonly Scope[], wanted: Scope): boolean {
  if (held.includes('admin')) return true;
  return wanted === 'read' ? held.includes('read') || held.includes('write') : held.includes(wanted);
}
