/** What a redirect needs to know of a link: this and nothing else is cached. */
export type Link = {
  readonly id: number;
  /** The Location header as it is sent, before a forwarded query. */
  readonly location: string;
  readonly status: number;
  readonly forwardQuery: boolean;
  readonly active: boolean;
  /** Milliseconds since the epoch, or null. */
  readonly expiresAt: number | null;
  /** Has max_clicks: Postgres decides each use, and what is cached is only that this is so. */
  readonly limited: boolean;
};

export type Refusal = 'missing' | 'inactive' | 'expired' | 'used_up';

/** What to do with a request for a code: follow the link, ask Postgres for one use of it, or refuse. */
export type Decision = { kind: 'follow'; link: Link } | { kind: 'limited' } | { kind: 'refused'; refusal: Refusal };

const missing: Decision = { kind: 'refused', refusal: 'missing' };
const inactive: Decision = { kind: 'refused', refusal: 'inactive' };
const expired: Decision = { kind: 'refused', refusal: 'expired' };
const limited: Decision = { kind: 'limited' };

/** Why a link does not redirect at `now` (ms since the epoch) whatever its uses, or undefined. */
export function refusalOf(link: Link | null, now: number): Refusal | undefined {
  if (link === null) return 'missing';
  if (!link.active) return 'inactive';
  return link.expiresAt !== null && link.expiresAt <= now ? 'expired' : undefined;
}

/** The decision for what is known of a code (null: there is no such code) at `now`, in ms since the epoch. */
export function decide(link: Link | null, now: number): Decision {
  if (link === null) return missing;
  if (link.limited) return limited;
  if (!link.active) return inactive;
  return link.expiresAt !== null && link.expiresAt <= now ? expired : { kind: 'follow', link };
}

const notSafeInQuery = /[^\x21\x23-\x7e]|[#"<>\\^`{|}]/g;
const percent = (char: string): string =>
  [...Buffer.from(char, 'latin1')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/**
 * Appends a request's raw query to an address, before any fragment. What may not stand in a header or a query is
 * percent-encoded: Node hands us a request target's bytes as latin1.
 */
export function withQuery(location: string, query: string): string {
  if (query === '') return location;
  const safe = query.replace(notSafeInQuery, percent);
  const hash = location.indexOf('#');
  const base = hash < 0 ? location : location.slice(0, hash);
  const fragment = hash < 0 ? '' : location.slice(hash);
  const joint = !base.includes('?') ? '?' : /[?&]$/.test(base) ? '' : '&';
  return base + joint + safe + fragment;
}

/** The Location header of a redirect for a request with this raw query. */
export const locationFor = (link: Link, query: string): string =>
  link.forwardQuery ? withQuery(link.location, query) : link.location;

const permanent = new Set([301, 308]);

/** Permanent redirects may stay in the browser for a while, the others are asked again each time. */
export const cacheControl = (status: number): string => (permanent.has(status) ? 'private, max-age=90' : 'no-store');
