import type { Db, Trx } from '../database.ts';
import { type BulkReport, type Candidate, insertLines, type Line } from '../http/bulk.ts';
import { clicksOf, type PastClick } from './click.ts';
import { insertImportedEvents } from './import-store.ts';
import { type ImportedEvent, importedEvent } from './imported-event.ts';

export type EventImportDeps = {
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  keepIdsAhead: (trx: Db, table: 'events', id: number) => Promise<void>;
  /** Adds clicks that came as events to what is counted of clicks. */
  countClicks: (trx: Trx, clicks: readonly PastClick[]) => Promise<void>;
};

export type ImportEvents = (lines: AsyncIterable<Line>, progress?: (report: BulkReport) => void) => Promise<BulkReport>;

/**
 * Adds the events of a file, a transaction a batch, and counts the clicks among them. An event whose id is there is
 * refused and reported, so a file may come twice.
 */
export const createEventImport =
  ({ transact, keepIdsAhead, countClicks }: EventImportDeps): ImportEvents =>
  (lines, progress) => {
    const insert = (batch: readonly Candidate<ImportedEvent>[]) =>
      transact(async (trx) => {
        const events = batch.map(({ row }) => row);
        await keepIdsAhead(trx, 'events', Math.max(...events.map(({ id }) => id ?? 0)));
        const added = await insertImportedEvents(trx, events);
        const clicks = events
          .filter((_, place) => added.has(place))
          .flatMap((row) => clicksOf({ ...row, at: row.timestamp }));
        await countClicks(trx, clicks);
        return batch.filter((_, place) => !added.has(place)).map(({ line }) => ({ line, error: 'id: already taken' }));
      });
    return insertLines(lines, { schema: importedEvent, insert, ...(progress && { progress }) });
  };
