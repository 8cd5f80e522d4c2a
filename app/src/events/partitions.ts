import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { firstOfMonth, monthsAhead } from './retention.ts';

/** Rows that one statement removes: it holds its locks for tens of milliseconds. */
const mostRemoved = 10_000;

/** Makes the partitions of this month and the next ones, where they are missing. */
export async function makePartitions(db: Db | Trx, now: Date): Promise<void> {
  for (let ahead = 0; ahead <= monthsAhead; ahead++) {
    await sql`select ensure_event_partition(${firstOfMonth(now, ahead)}::date)`.execute(db);
  }
}

async function removeFromDefault(db: Db | Trx, before: string): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from events_default where ctid = any(array(
      select ctid from events_default where occurred_at < ${`${before}T00:00:00Z`}::timestamptz limit ${mostRemoved}
    ))`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Drops the events of all months but the last `months` and this one; sums of clicks stay. 0 keeps everything. */
export async function dropPartitions(db: Db | Trx, now: Date, months: number): Promise<void> {
  if (months === 0) return;
  const before = firstOfMonth(now, -months);
  await sql`select drop_event_partitions(${before}::date)`.execute(db);
  while ((await removeFromDefault(db, before)) === mostRemoved);
}
