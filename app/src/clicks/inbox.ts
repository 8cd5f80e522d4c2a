import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Batch } from './click.ts';

/** Puts batches into Postgres as they are; ingestion takes them from there. One that is there already stays. */
export async function appendToInbox(db: Db, batches: readonly Batch[]): Promise<void> {
  await db
    .insertInto('click_inbox')
    .values(batches.map(({ id, payload }) => ({ id, payload })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export const pingPostgres = (db: Db): Promise<unknown> => sql`select 1`.execute(db);
