import type { Trx } from '../database.ts';
import { clicksOf, type PastClick } from './click.ts';
import type { Details, NewEvent } from './event.ts';
import { deleteEvent, type EventChange, insertEvents, lockEvent, updateEvent } from './store.ts';
import type { EventRow } from './table.ts';

export type EventWriteDeps = {
  /** Runs work in a transaction, again where Postgres ended it for no fault of its own. */
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  /** Adds clicks to what is counted of clicks, and takes them out of it. */
  countClicks: (trx: Trx, clicks: readonly PastClick[]) => Promise<void>;
  uncountClicks: (trx: Trx, clicks: readonly PastClick[]) => Promise<void>;
};

/** Writing single events by hand. */
export type EventWriter = {
  /** Adds an event of this moment and answers its id. */
  add(event: Omit<NewEvent, 'occurred_at'>): Promise<number | undefined>;
  /** Changes what is given; false where there is no such event. */
  change(id: number, change: EventChange): Promise<boolean>;
  /** Takes an event out of the history; false where there is no such event. */
  remove(id: number): Promise<boolean>;
};

const clicksIn = (row: EventRow | undefined): PastClick[] =>
  row ? clicksOf({ ...row, at: row.occurred_at, details: (row.details ?? {}) as Details }) : [];

/** Whoever writes a click into the history, or out of it, moves the counts too: they are sums of the history. */
export function createEventWriter({ transact, countClicks, uncountClicks }: EventWriteDeps): EventWriter {
  return {
    add: (event) =>
      transact(async (trx) => {
        const now = new Date();
        const [id] = await insertEvents(trx, [{ ...event, occurred_at: now }]);
        await countClicks(trx, clicksOf({ ...event, at: now }));
        return id;
      }),
    change: (id, change) =>
      transact(async (trx) => {
        const before = await lockEvent(trx, id);
        if (!before || !(await updateEvent(trx, id, change))) return false;
        await uncountClicks(trx, clicksIn(before));
        await countClicks(trx, clicksIn(await lockEvent(trx, id)));
        return true;
      }),
    remove: (id) =>
      transact(async (trx) => {
        const before = await lockEvent(trx, id);
        if (!before || !(await deleteEvent(trx, id))) return false;
        await uncountClicks(trx, clicksIn(before));
        return true;
      }),
  };
}
