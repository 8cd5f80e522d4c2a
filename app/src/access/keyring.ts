import { createGenerations } from '../generations.ts';
import { hashKey, type Identity, keyLease } from './key.ts';
import type { LiveKey } from './store.ts';

type Deps = {
  /** Whether a text can be one of the keys at all: anything else needs no look-up. */
  isShaped: (text: string) => boolean;
  /** Of the given hashes those whose key is good now; rejects where Postgres does not answer. */
  find: (hashes: readonly Buffer[]) => Promise<LiveKey[]>;
  /** The same of one hash, asked together with others that are asked for at the moment. */
  lookUp: (hash: Buffer) => Promise<LiveKey | undefined>;
  /** Notes that keys were used. */
  touch: (ids: readonly number[]) => Promise<void>;
  /** Whether an error means that Postgres is down. */
  isDown: (error: unknown) => boolean;
  /** Milliseconds of a clock that never jumps. */
  now: () => number;
};

type Known = { id: number | null; hash: Buffer; identity: Identity; seenAt: number; usedAt: number };

export type Keyring = {
  /** Whom a key stands for; undefined where it is none. Rejects where only Postgres could tell and it is down. */
  identify(key: string): Promise<Identity | undefined>;
  /** Asks Postgres about every known key again: a revoked one is unknown from here on. */
  refresh(): Promise<void>;
  /** Writes down which keys were used since the last call. */
  noteUse(): Promise<void>;
};

/** Keys remembered at most, how long without use, and how long they work on with Postgres down; milliseconds. */
const most = 1_000;
const idle = 3_600_000;
const outage = 3_600_000;
/** How long one that is no key is refused without a look-up. No key that is made later can be one that was asked for. */
const refusal = 10_000;

const nameOf = (hash: Buffer): string => hash.toString('latin1');

const knownFrom = ({ id, hash, scopes, rate_limit }: LiveKey, seenAt: number, usedAt: number): Known => ({
  id,
  hash,
  identity: { subject: id === null ? 'environment' : `key:${id}`, scopes, rateLimit: rate_limit ?? undefined },
  seenAt,
  usedAt,
});

/** What is remembered, and the one way to ask Postgres about a key that is not, or not well enough. */
function createMemory({ lookUp, now }: Pick<Deps, 'lookUp' | 'now'>) {
  const known = new Map<string, Known>();
  const refusedAt = createGenerations<string, number>(most);
  const asking = new Map<string, Promise<Known | undefined>>();
  const ask = async (hash: Buffer): Promise<Known | undefined> => {
    const sentAt = now();
    const row = await lookUp(hash);
    known.delete(nameOf(hash));
    if (!row) {
      refusedAt.set(nameOf(hash), now());
      return undefined;
    }
    const entry = knownFrom(row, sentAt, sentAt);
    known.set(nameOf(hash), entry);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return entry;
  };
  /** Those who ask for the same key at once share one query. */
  const askOnce = (hash: Buffer): Promise<Known | undefined> => {
    const name = nameOf(hash);
    const running = asking.get(name) ?? ask(hash).finally(() => asking.delete(name));
    asking.set(name, running);
    return running;
  };
  const isRefused = (hash: Buffer): boolean => now() - (refusedAt.get(nameOf(hash)) ?? -refusal) < refusal;
  return { known, isRefused, askOnce };
}

/**
 * Remembers good keys so that a request need not wait for Postgres. What is remembered is a lease: it is trusted for
 * `keyLease` after the query that saw it was sent, and `refresh` renews it. While Postgres is down the last known
 * state holds, for an hour.
 */
export function createKeyring({ isShaped, find, lookUp, touch, isDown, now }: Deps): Keyring {
  const { known, isRefused, askOnce } = createMemory({ lookUp, now });
  const used = new Set<number>();
  const current = async (hash: Buffer): Promise<Known | undefined> => {
    const entry = known.get(nameOf(hash));
    if (entry && now() - entry.seenAt < keyLease) return entry;
    if (isRefused(hash)) return undefined;
    return askOnce(hash).catch((error) => {
      if (entry && isDown(error) && now() - entry.seenAt < outage) return entry;
      throw error;
    });
  };
  return {
    async identify(key) {
      if (!isShaped(key)) return undefined;
      const entry = await current(hashKey(key));
      if (!entry) return undefined;
      entry.usedAt = now();
      if (entry.id !== null) used.add(entry.id);
      return entry.identity;
    },
    async refresh() {
      const sentAt = now();
      for (const [name, { usedAt }] of known) if (sentAt - usedAt > idle) known.delete(name);
      const asked = [...known.values()];
      if (asked.length === 0) return;
      const rows = new Map((await find(asked.map(({ hash }) => hash))).map((row) => [nameOf(row.hash), row]));
      for (const { hash, usedAt } of asked) {
        const row = rows.get(nameOf(hash));
        if (row) known.set(nameOf(hash), knownFrom(row, sentAt, usedAt));
        else known.delete(nameOf(hash));
      }
    },
    async noteUse() {
      const ids = [...used];
      used.clear();
      if (ids.length > 0) await touch(ids);
    },
  };
}
