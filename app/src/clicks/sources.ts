import type { Db } from '../database.ts';
import type { Consumer } from './consumer.ts';
import { readInbox, takeFromInbox } from './inbox.ts';
import type { Source } from './ingest.ts';

/** Batches in the queue's stream: read once by one of the group, removed after the commit. */
export const streamSource = (consumer: Consumer): Source => ({
  name: 'queue',
  read: (most) => consumer.read(most),
  own: async (_trx, entries) => entries,
  settle: (entries) => consumer.settle(entries.map(({ key }) => key)),
});

/** Batches in Postgres: removed by the very transaction that writes them. */
export const inboxSource = (db: Db): Source => ({
  name: 'postgres',
  read: (most) => readInbox(db, most),
  async own(trx, entries) {
    const taken = await takeFromInbox(
      trx,
      entries.map(({ key }) => key),
    );
    return entries.filter(({ key }) => taken.has(key));
  },
  settle: async () => {},
});
