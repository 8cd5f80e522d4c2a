import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { AppError, invalidField } from '../http/problem.ts';
import { isNarrow, type Sort, type UrlFilter } from './list-store.ts';

/** What a list shows, in which order. */
type Wanted = { filter: UrlFilter; sort: Sort };

type Deps = {
  db: Db;
  /** Searches at once: less than there are connections, for all others need them too. */
  atOnce: number;
};

/** Runs what looks for urls. */
export type Searching = <T>(what: Wanted, work: (db: Db | Trx) => Promise<T>) => Promise<T>;

/**
 * Longest time of each of a search's two statements, the page and the total, in milliseconds: shorter than any query's, so
 * that Postgres ends it and its connection stays.
 */
const patience = 1_500;
/** Longest wait for others' searches, in milliseconds, and how many may wait. With both statements less than 5 s in all. */
const longestWait = 1_800;
const mostWaiting = 100;
const timeUp = '57014';
const sooner = { q: 'a text that is found sooner', sort: 'an order that is found sooner' };

const busy = (): AppError => new AppError('too_many', 'Too many searches at once', { headers: { 'Retry-After': '3' } });

/** What may take long about a list: its search, or its order where a filter narrows it. */
const slowPart = ({ filter, sort }: Wanted): 'q' | 'sort' | undefined =>
  filter.q !== undefined ? 'q' : sort === 'clicks' && isNarrow(filter) ? 'sort' : undefined;

/** So many at once and no more; the others come in the order in which they asked, or are refused when it takes too long. */
function createLane(atOnce: number) {
  let running = 0;
  const waiting = new Set<() => void>();
  const turn = async (): Promise<void> => {
    if (waiting.size >= mostWaiting) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.add(resolve);
    const timer = setTimeout(() => {
      waiting.delete(resolve);
      reject(busy());
    }, longestWait);
    await promise.finally(() => clearTimeout(timer));
  };
  const leave = (): void => {
    const [next] = waiting;
    if (!next) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < atOnce) running += 1;
    else await turn();
    return work().finally(leave);
  };
}

/**
 * A search that very many urls, or the last of a million, would match may take too long, and so may an order in which the
 * first of many thousands that match are the last of a million: that is a 422, as it lies in what was asked. When others'
 * searches take all that there is for them it is a 429, and whoever asks for anything else does not notice.
 */
export function createSearching({ db, atOnce }: Deps): Searching {
  const inLane = createLane(atOnce);
  return async (what, work) => {
    const slow = slowPart(what);
    if (!slow) return work(db);
    const limited = async (trx: Trx) => {
      await sql`select set_config('statement_timeout', ${String(patience)}, true)`.execute(trx);
      return work(trx);
    };
    return inLane(() => db.transaction().execute(limited)).catch((error: { code?: unknown }) => {
      throw error.code === timeUp ? invalidField(slow, `${sooner[slow]}: this one took too long`) : error;
    });
  };
}
