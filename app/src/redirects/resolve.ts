import type { ShortCode } from '../codes/short-code.ts';
import type { LocalCache } from './cache.ts';
import { decodeEntry, isToken } from './entry.ts';
import { createFlights, type Flight } from './flights.ts';
import type { Lease } from './lease.ts';
import type { Answer } from './postgres.ts';
import type { Link } from './target.ts';

export type CacheResult = 'shared_hit' | 'shared_miss' | 'shared_error' | 'postgres' | 'stale';

type Deps = {
  local: LocalCache;
  lease: Lease;
  /** The text of an entry in the shared store; undefined where there is no such store. */
  readShared: ((code: ShortCode) => Promise<string | null>) | undefined;
  /** Puts a link that the shared store lacks there; resolves with it where it may be kept here as well. */
  refill: (code: ShortCode, useless: boolean) => Promise<Link | undefined>;
  askPostgres: (code: ShortCode) => Promise<Answer>;
  count: (result: CacheResult) => void;
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

type Asked = { link?: Link | undefined; missed: boolean; useless: boolean };

const notAsked: Asked = { missed: false, useless: false };

/** Asks the shared store, where there is one and it is trusted. */
const createAskShared =
  ({ lease, readShared, count, now }: Deps) =>
  async (code: ShortCode): Promise<Asked> => {
    if (!readShared || !lease.trusted(now())) return notAsked;
    try {
      const text = await readShared(code);
      const link = text === null ? undefined : decodeEntry(lease.stamp, text);
      count(link ? 'shared_hit' : 'shared_miss');
      return { link, missed: text === null || !isToken(text), useless: text !== null };
    } catch {
      count('shared_error');
      return notAsked;
    }
  };

/** Local cache → shared cache → Postgres. */
export function createResolve(deps: Deps): Resolve {
  const { local, lease, readShared, refill, askPostgres, count, now } = deps;
  const askShared = createAskShared(deps);
  const flights = createFlights<Found>();
  let generation = lease.generation;

  /** What may be kept here of what Postgres answered, perhaps only after the shared store has taken it. */
  const keepable = async (code: ShortCode, link: Link | null, asked: Asked): Promise<Link | null | undefined> => {
    // Without a shared store every change is made here; without a connection to it, this is what was last known.
    if (!readShared || !lease.connected) return link;
    if (link === null) return asked.missed ? null : undefined;
    return asked.missed ? refill(code, asked.useless) : undefined;
  };

  const ask = async (code: ShortCode, flight: Flight): Promise<Found> => {
    const started = now();
    const { generation: asOf } = lease;
    const current = (): boolean => !flight.spoiled && asOf === lease.generation;
    const keep = (link: Link | null | undefined): void => {
      if (link !== undefined && current()) local.set(code, link, now());
    };
    const asked = await askShared(code);
    const between = now();
    if (asked.link && current() && lease.trusted(between)) {
      keep(asked.link);
      return { link: asked.link, timings: { cache: between - started } };
    }
    const { link, stale } = await askPostgres(code);
    count(stale ? 'stale' : 'postgres');
    // A fill that fails costs the next one who asks a query.
    if (!stale) flight.rest = keepable(code, link, asked).then(keep, () => {});
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
