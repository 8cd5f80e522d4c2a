import type { Db, SlowReads, Trx } from '../database.ts';
import { invalidField } from '../http/problem.ts';
import type { EventFilter } from './list-store.ts';

type Deps = { db: Db; slowly: SlowReads };

/** Runs what looks for events. */
export type Looking = <T>(filter: EventFilter, work: (db: Db | Trx) => Promise<T>) => Promise<T>;

const sooner = {
  from: 'a time that is found sooner',
  to: 'a time that is found sooner',
  user_id: 'a user whose events are found sooner',
  event_type: 'a type that is found sooner',
};

/**
 * What may take long about a list of events, undefined where an index leads from one wanted event to the next: all of
 * them, a url's, those of a type that is not click, and a url's of such a type. Clicks have no index by type: they are
 * most of all events and of a url's, and behind a million imported urls none comes for long.
 */
export function slowPart({ url_id, user_id, event_type, from, to }: EventFilter): keyof typeof sooner | undefined {
  if (from) return 'from';
  if (to) return 'to';
  if (user_id !== undefined) return 'user_id';
  return event_type === 'click' && url_id === undefined ? 'event_type' : undefined;
}

/** Events that lie behind millions which are not wanted may take too long to find: a 422, as it lies in what was asked. */
export const createLooking =
  ({ db, slowly }: Deps): Looking =>
  (filter, work) => {
    const slow = slowPart(filter);
    if (!slow) return work(db);
    return slowly(work, () => invalidField(slow, `${sooner[slow]}: this one took too long`));
  };
