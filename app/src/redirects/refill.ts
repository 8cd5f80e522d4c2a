import { randomUUID } from 'node:crypto';
import type { ShortCode } from '../codes/short-code.ts';
import { encodeEntry, makeToken } from './entry.ts';
import type { Lease } from './lease.ts';
import type { Shared } from './shared.ts';
import type { Link } from './target.ts';

type Deps = {
  shared: Pick<Shared, 'acquire' | 'fill'>;
  lease: Pick<Lease, 'stamp' | 'generation'>;
  lookup: (code: ShortCode) => Promise<Link | null>;
  /** Milliseconds that an entry lives in the shared store, ± 10 % so that not all end at once. */
  ttl: number;
};

const jittered = (ttl: number): number => Math.round(ttl * (0.9 + Math.random() * 0.2));

/**
 * Puts a link into the shared store so that it cannot overwrite anything newer (the leases of "Scaling Memcache at
 * Facebook", 2013): first a token of our own in its place, then the row is read, then the entry replaces the token. A
 * change that is committed after the reading takes the token away, and the entry is refused.
 *
 * Resolves with the link where it was filled.
 */
export function createRefill({ shared, lease, lookup, ttl }: Deps) {
  return async (code: ShortCode, useless: boolean): Promise<Link | undefined> => {
    const { stamp } = lease;
    const token = makeToken(randomUUID());
    if (!(await shared.acquire(code, token, useless))) return undefined;
    const link = await lookup(code);
    if (link === null) return undefined;
    return (await shared.fill(code, token, encodeEntry(stamp, link), jittered(ttl))) ? link : undefined;
  };
}
