import type { Trx } from '../database.ts';
import type { Entry } from './entry.ts';
import type { Written } from './history.ts';

/** A place where batches wait to be written to the history. */
export type Source = {
  readonly name: 'queue' | 'postgres';
  read(most: number): Promise<readonly Entry[]>;
  /** Of these, the ones that this transaction may write. */
  own(trx: Trx, entries: readonly Entry[]): Promise<readonly Entry[]>;
  /** After the commit: they need not be kept any more. */
  settle(entries: readonly Entry[]): Promise<void>;
};

type Deps = {
  sources: readonly Source[];
  transaction: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  write: (trx: Trx, source: string, entries: readonly Entry[]) => Promise<Written>;
  setAside: (trx: Trx, source: string, reason: string, payload: Buffer) => Promise<void>;
  /** Whether an error says that what was to be written is wrong, rather than that it could not be written now. */
  isDataError: (error: unknown) => boolean;
  wrote: (written: Written) => void;
};

/** Entries read at once: some 10,000 clicks under load. */
const mostEntries = 1_000;
/** Size of what one transaction writes: some 15,000 clicks. */
const mostBytes = 512 * 1_024;

function* chunks(entries: readonly Entry[]): Generator<Entry[]> {
  let chunk: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (chunk.length > 0 && bytes + entry.payload.length > mostBytes) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(entry);
    bytes += entry.payload.length;
  }
  if (chunk.length > 0) yield chunk;
}

/**
 * Moves what waits in the sources into the history until nothing waits, and answers how many clicks that were. The
 * batches' ids are in the same transaction, so a batch that comes again after any failure changes nothing. An entry
 * that cannot be written is set aside, and holds up no other.
 */
export function createIngest({
  sources,
  transaction,
  write,
  setAside,
  isDataError,
  wrote,
}: Deps): () => Promise<number> {
  const asideAlone = async (source: Source, entry: Entry, error: unknown): Promise<Written> =>
    transaction(async (trx) => {
      const owned = await source.own(trx, [entry]);
      for (const { payload } of owned) await setAside(trx, source.name, String(error), payload);
      return { clicks: 0, repeats: 0, duplicates: 0, aside: owned.length };
    });

  const commit = async (source: Source, entries: readonly Entry[]): Promise<number> => {
    const attempt = async (trx: Trx) => write(trx, source.name, await source.own(trx, entries));
    try {
      const written = await transaction(attempt);
      wrote(written);
      return written.clicks;
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [only, ...more] = entries;
      if (only && more.length === 0) wrote(await asideAlone(source, only, error));
      if (more.length === 0) return 0;
      const half = entries.length >> 1;
      return (await commit(source, entries.slice(0, half))) + (await commit(source, entries.slice(half)));
    }
  };

  const drain = async (source: Source): Promise<number> => {
    let clicks = 0;
    for (;;) {
      const entries = await source.read(mostEntries);
      const before = clicks;
      for (const chunk of chunks(entries)) {
        clicks += await commit(source, chunk);
        await source.settle(chunk);
      }
      if (entries.length < mostEntries || clicks === before) return clicks;
    }
  };

  return async () => {
    let clicks = 0;
    for (const source of sources) clicks += await drain(source);
    return clicks;
  };
}
