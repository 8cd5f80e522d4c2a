import { randomUUID } from 'node:crypto';
import type { ShortCode } from '../codes/short-code.ts';
import type { LocalCache } from './cache.ts';
import { decodeEntry, encodeEntry, isToken, makeToken } from './entry.ts';
import { createFlights, type Flight } from './flights.ts';
import type { Lease } from './lease.ts';
import type { Answer } from './postgres.ts';
import type { Shared } from './shared.ts';
import type { Link } from './target.ts';

export type CacheResult = 'shared_hit' | 'shared_miss' | 'shared_error' | 'postgres' | 'stale';

type Deps = {
  local: LocalCache;
  lease: Lease;
  shared: Shared | undefined;
  askPostgres: (code: ShortCode) => Promise<Answer>;
  count: (result: CacheResult) => void;
  /** Milliseconds that an entry lives in the shared store. */
  ttl: number;
  unknownTtl: number;
  /** Monotonic milliseconds. */
  now: () => number;
};

/** How long each store took, in milliseconds. */
export type Timings = { cache?: number; db?: number };
export type Found = { link: Link | null; timings: Timings };

export type Resolve = {
  /** What this replica knows by itself, at `now` (monotonic ms): a link, null for an unknown code, or undefined. */
  peek(code: string, now: number): Link | null | undefined;
  /** Asks the shared store, then Postgres; one question a code at a time. Throws where neither can tell. */
  find(code: ShortCode): Promise<Found>;
  /** Drops what is known of a code, and keeps what is being asked about it from being kept. */
  forget(code: string): void;
};

type Asked = { link?: Link | null | undefined; token?: string | undefined };

const jittered = (ttl: number): number => Math.round(ttl * (0.9 + Math.random() * 0.2));

/** Asks the shared store; where it has nothing of use, takes the right to fill it. */
async function askShared(shared: Shared, code: ShortCode, stamp: string): Promise<Asked> {
  const text = await shared.read(code);
  const link = text === null ? undefined : decodeEntry(stamp, text);
  if (link !== undefined || (text !== null && isToken(text))) return { link };
  const token = makeToken(randomUUID());
  return (await shared.acquire(code, token, text !== null)) ? { token } : {};
}

/** Local cache → shared cache → Postgres. */
export function createResolve({ local, lease, shared, askPostgres, count, ttl, unknownTtl, now }: Deps): Resolve {
  const flights = createFlights<Found>();
  let generation = lease.generation;

  const trySharedFirst = async (code: ShortCode, stamp: string): Promise<Asked> => {
    if (!shared || !lease.trusted(now())) return {};
    try {
      const asked = await askShared(shared, code, stamp);
      count(asked.link === undefined ? 'shared_miss' : 'shared_hit');
      return asked;
    } catch {
      count('shared_error');
      return {};
    }
  };

  const keep = async (
    code: ShortCode,
    link: Link | null,
    stamp: string,
    token: string | undefined,
  ): Promise<boolean> => {
    // Without a shared store every change is made here; without a connection to it, this is what was last known.
    if (!shared || !lease.tracking) return true;
    const life = jittered(link === null ? unknownTtl : ttl);
    return token !== undefined && shared.fill(code, token, encodeEntry(stamp, link), life);
  };

  const ask = async (code: ShortCode, flight: Flight): Promise<Found> => {
    const started = now();
    const { generation: asOf, stamp } = lease;
    const current = (): boolean => !flight.spoiled && asOf === lease.generation;
    const asked = await trySharedFirst(code, stamp);
    const between = now();
    if (asked.link !== undefined && current() && lease.trusted(between)) {
      local.set(code, asked.link, between);
      return { link: asked.link, timings: { cache: between - started } };
    }
    const { link, stale } = await askPostgres(code);
    count(stale ? 'stale' : 'postgres');
    const hold = (kept: boolean) => kept && current() && local.set(code, link, now());
    // A fill that fails costs the next one who asks a query.
    if (!stale) flight.rest = keep(code, link, stamp, asked.token).then(hold, () => {});
    return { link, timings: { cache: between - started, db: now() - between } };
  };

  return {
    peek: (code, at) => (lease.trusted(at) ? local.get(code, at) : undefined),
    find(code) {
      // Who asks after a doubt joins no question from before it.
      if (generation !== lease.generation) flights.spoilAll();
      generation = lease.generation;
      return flights.share(code, (flight) => ask(code, flight));
    },
    forget(code) {
      local.delete(code);
      flights.spoil(code);
    },
  };
}
