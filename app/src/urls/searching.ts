import type { Db, SlowReads, Trx } from '../database.ts';
import { invalidField } from '../http/problem.ts';
import { isNarrow, type Sort, type UrlFilter } from './list-store.ts';

/** What a list shows, in which order. */
type Wanted = { filter: UrlFilter; sort: Sort };

type Deps = { db: Db; slowly: SlowReads };

/** Runs what looks for urls. */
export type Searching = <T>(what: Wanted, work: (db: Db | Trx) => Promise<T>) => Promise<T>;

const sooner = {
  q: 'a text that is found sooner',
  sort: 'an order that is found sooner',
  is_active: 'without the other filters, or none, which is found sooner',
  tag: 'without the other filters, or none, which is found sooner',
};

/**
 * What may take long about a list: its search, its order where a filter narrows it, or what is to be true beside a
 * condition that very many urls meet.
 */
function slowPart({ filter, sort }: Wanted): keyof typeof sooner | undefined {
  if (filter.q !== undefined) return 'q';
  if (sort === 'clicks' && isNarrow(filter)) return 'sort';
  const conditions = [filter.user_id, filter.is_active, filter.tag].filter((value) => value !== undefined);
  if (conditions.length < 2) return undefined;
  return filter.is_active === undefined ? 'tag' : 'is_active';
}

/**
 * A search that very many urls, or the last of a million, would match may take too long, and so may an order in which the
 * first of many thousands that match are the last of a million: that is a 422, as it lies in what was asked.
 */
export const createSearching =
  ({ db, slowly }: Deps): Searching =>
  (what, work) => {
    const slow = slowPart(what);
    if (!slow) return work(db);
    return slowly(work, () => invalidField(slow, `${sooner[slow]}: this one took too long`));
  };
