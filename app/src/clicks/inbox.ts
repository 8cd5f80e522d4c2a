import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import type { Batch } from './click.ts';
import type { Entry } from './entry.ts';
import { textArray } from './sql-array.ts';

/** Puts batches into Postgres as they are; ingestion takes them from there. One that is there already stays. */
export async function appendToInbox(db: Db, batches: readonly Batch[]): Promise<void> {
  await db
    .insertInto('click_inbox')
    .values(batches.map(({ id, payload }) => ({ id, payload })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export const pingPostgres = (db: Db): Promise<unknown> => sql`select 1`.execute(db);

/** Looks at batches without taking them. */
export async function readInbox(db: Db, most: number): Promise<Entry[]> {
  const rows = await db.selectFrom('click_inbox').selectAll().limit(most).execute();
  return rows.map(({ id, payload }) => ({ key: id, payload }));
}

/** Takes batches out, and answers which ones were still there and in nobody else's hands. */
export async function takeFromInbox(trx: Trx, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    delete from click_inbox where id in (
      select id from click_inbox where id = any(${textArray(keys)}::uuid[]) order by id for update skip locked
    ) returning id`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

export type InboxSizes = { batches: number; oldestId: string | undefined };

/** How much waits in Postgres. */
export async function measureInbox(db: Db): Promise<InboxSizes> {
  const { rows } = await sql<{ batches: number; oldest: string | null }>`
    select count(*) as batches, (select id::text from click_inbox order by id limit 1) as oldest
    from click_inbox`.execute(db);
  return { batches: rows[0]?.batches ?? 0, oldestId: rows[0]?.oldest ?? undefined };
}
