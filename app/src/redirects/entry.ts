import type { ShortCode } from '../codes/short-code.ts';
import type { Link } from './target.ts';

/** Format of what this release writes. A change of `fields` below needs another number. */
const format = 1;
/** Formats that follow each other live under different keys, so that two releases do not overwrite each other. */
const slots = 2;

const keyIn = (slot: number, code: ShortCode): string => `r${slot}:${code}`;
const prefix = keyIn(format % slots, '' as ShortCode);

/** Where this release keeps a code. */
export const keyOf = (code: ShortCode): string => prefix + code;

/** Every key under which any release keeps a code: what an invalidation deletes. */
export const keysOf = (code: ShortCode): string[] => Array.from({ length: slots }, (_, slot) => keyIn(slot, code));

/**
 * What an entry must begin with to count: its format, the epoch in which it was filled, and the run of the store that
 * it was filled in (a store that came back from a snapshot has entries that were deleted after it).
 */
export const stampOf = (epoch: number, run: string): string => `${format}.${epoch}.${run}|`;

type Fields = [id: number, location: string, status: number, flags: number, expiresAt: number | null];
const flag = { forwardQuery: 1, active: 2, limited: 4 };

/** A link as text under a stamp. Of a limited link only that it is one. */
export function encodeEntry(stamp: string, link: Link): string {
  const { id, forwardQuery, active, limited, status, expiresAt } = link;
  const flags = (forwardQuery ? flag.forwardQuery : 0) | (active ? flag.active : 0) | (limited ? flag.limited : 0);
  const fields: Fields = [id, limited ? '' : link.location, status, flags, expiresAt];
  return stamp + JSON.stringify(fields);
}

/** The link of an entry under this stamp, or undefined where it is anything else: another stamp, a token. */
export function decodeEntry(stamp: string, text: string): Link | undefined {
  if (!text.startsWith(stamp)) return undefined;
  const fields = JSON.parse(text.slice(stamp.length)) as Fields;
  const [id, location, status, flags, expiresAt] = fields;
  const has = (bit: number) => (flags & bit) !== 0;
  const flagged = { forwardQuery: has(flag.forwardQuery), active: has(flag.active), limited: has(flag.limited) };
  return { id, location, status, ...flagged, expiresAt };
}

/** Marks a key as being filled: only who put it there may replace it, and an invalidation takes it away. */
export const makeToken = (unique: string): string => `?${unique}`;
export const isToken = (text: string): boolean => text.startsWith('?');
