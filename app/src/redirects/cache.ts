import type { ShortCode } from '../codes/short-code.ts';
import { createGenerations } from '../generations.ts';
import type { Link } from './target.ts';

type Options = {
  /**
   * Links that are kept, long ones counted as several so that this bounds memory; and as many unknown codes, in a place
   * of their own so that a scan evicts no link.
   */
  capacity: number;
  /** Milliseconds after which a link, or that there is none, is asked again whatever happened. */
  ttl: number;
  unknownTtl: number;
};

/** What is known of a code in this process. */
export type LocalCache = {
  /** The link, null for a code that does not exist, undefined where nothing is known; `now` in monotonic ms. */
  get(code: string, now: number): Link | null | undefined;
  /** A link that was known within the last hour, for when nobody is left to ask. */
  lastKnown(code: string, now: number): Link | undefined;
  set(code: ShortCode, link: Link | null, now: number): void;
  delete(code: string): void;
  clear(): void;
};

type Entry = { link: Link; readAt: number };

const longestLastKnown = 3_600_000;
/** Characters of a location that count as one link: with the usual ones short, 2,048 of them are eight links. */
const usualLength = 256;
const weigh = ({ link }: Entry): number => Math.max(1, Math.ceil(link.location.length / usualLength));

/** The replica's own cache: parsed links in memory. Whether it may be believed is the lease's to say. */
export function createLocalCache({ capacity, ttl, unknownTtl }: Options): LocalCache {
  const links = createGenerations<string, Entry>(capacity, weigh);
  const unknown = createGenerations<string, number>(capacity);
  const getUnknown = (code: string, now: number): null | undefined => {
    const readAt = unknown.get(code);
    return readAt !== undefined && now - readAt < unknownTtl ? null : undefined;
  };
  return {
    get(code, now) {
      const entry = links.get(code);
      if (entry === undefined) return getUnknown(code, now);
      return now - entry.readAt < ttl ? entry.link : undefined;
    },
    lastKnown(code, now) {
      const entry = links.get(code);
      return entry && now - entry.readAt < longestLastKnown ? entry.link : undefined;
    },
    set(code, link, now) {
      links.delete(code);
      unknown.delete(code);
      if (link === null) unknown.set(code, now);
      else links.set(code, { link, readAt: now });
    },
    delete(code) {
      links.delete(code);
      unknown.delete(code);
    },
    clear() {
      links.clear();
      unknown.clear();
    },
  };
}
