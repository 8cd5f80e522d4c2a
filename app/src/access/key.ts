import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

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

/**
 * How long a replica trusts what it knows of a key without having seen it in Postgres again, in milliseconds. Whoever
 * revokes a key waits this long after the commit: from then on no replica accepts it.
 */
export const keyLease = 500;

/** A new key: 32 random bytes, with a prefix by which secret scanners can tell what it is. */
export const makeKey = (): string => `ssk_${randomBytes(32).toString('base64url')}`;

/** Whether a text can be one of our keys at all: anything else needs no look-up. */
export const isKeyShaped = (text: string): boolean => /^ssk_[A-Za-z0-9_-]{43}$/.test(text);

/** What is shown of a key in lists: enough to recognise it, too little to guess it. */
export const keyPrefix = (key: string): string => key.slice(0, 10);

/** What is stored of a key: SHA-256 is enough for 32 random bytes, there is nothing to guess. */
export const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Compares two secrets, hashed first so that neither time nor length tells how much of them is equal. */
export const sameSecret = (one: string, other: string): boolean => timingSafeEqual(hashKey(one), hashKey(other));

/** An admin key may do everything, a write key also reads. */
export function allows(held: readonly Scope[], wanted: Scope): boolean {
  if (held.includes('admin')) return true;
  return wanted === 'read' ? held.includes('read') || held.includes('write') : held.includes(wanted);
}

/**
 * The key in a request's headers: `Authorization: Bearer KEY`, else `X-API-Key: KEY`; undefined where there is none.
 */
export function presentedKey(authorization: string, apiKey: string): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  return bearer ?? (apiKey || undefined);
}
