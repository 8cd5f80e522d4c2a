import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { AppError, invalidField } from '../http/problem.ts';
import type { Attempt, FirstAnswer } from './key.ts';

/** How long a key holds, as Postgres writes it. */
const life = '24 hours';

/**
 * Takes the key for this transaction; false where a request before has it. While another transaction holds it and has
 * not ended, this waits.
 */
async function take(trx: Trx, { subject, key, fingerprint }: Attempt): Promise<boolean> {
  const taken = await trx
    .insertInto('idempotency_keys')
    .values({ subject, key, fingerprint })
    .onConflict((conflict) =>
      conflict
        .columns(['subject', 'key'])
        .doUpdateSet({ fingerprint, location: null, body: null, created_at: sql`now()` })
        .where('idempotency_keys.created_at', '<', sql<Date>`now() - ${sql.lit(life)}::interval`),
    )
    .returning('key')
    .executeTakeFirst();
  return taken !== undefined;
}

async function recall(trx: Trx, { subject, key, fingerprint }: Attempt): Promise<FirstAnswer> {
  const row = await trx
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'location', 'body'])
    .where('subject', '=', subject)
    .where('key', '=', key)
    .executeTakeFirst();
  if (!row?.location || !row.body) throw new AppError('conflict', 'A request with this Idempotency-Key has not ended');
  if (row.fingerprint !== fingerprint) {
    throw invalidField('Idempotency-Key', 'another one, as this came with another request before');
  }
  return { location: row.location, body: row.body };
}

const keep = (trx: Trx, { subject, key }: Attempt, answer: FirstAnswer) =>
  trx.updateTable('idempotency_keys').set(answer).where('subject', '=', subject).where('key', '=', key).execute();

/** Runs work in a transaction, again where Postgres ended it for no fault of its own. */
type Transact = <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;

export type Once = (attempt: Attempt, work: (trx: Trx) => Promise<FirstAnswer>) => Promise<FirstAnswer>;

/**
 * Does the work once per key: it and its answer are committed together, and whoever repeats the request gets that
 * answer. A repeat that comes while the first is at work waits for its end. Work that fails leaves nothing behind, so
 * that a repeat tries again. The same key with another fingerprint is a 422.
 */
export const createOnce =
  (transact: Transact): Once =>
  (attempt, work) =>
    transact(async (trx) => {
      if (!(await take(trx, attempt))) return recall(trx, attempt);
      const answer = await work(trx);
      await keep(trx, attempt, answer);
      return answer;
    });

/** Forgets keys that hold no longer; answers how many. */
export async function removeOldKeys(db: Db): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', sql<Date>`now() - ${sql.lit(life)}::interval`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
