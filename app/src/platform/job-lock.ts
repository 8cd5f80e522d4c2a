import { type Kysely, sql, type Transaction } from 'kysely';

/**
 * Runs work of which there may be one at a time among all replicas, in a transaction that holds a Postgres advisory
 * lock of the job's name. Where another one holds it, nothing is done.
 */
export const asOnlyOne = <DB>(db: Kysely<DB>, job: string, work: (trx: Transaction<DB>) => Promise<void>) =>
  db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ mine: boolean }>`
      select pg_try_advisory_xact_lock(hashtext(${`shortstack ${job}`})) as mine`.execute(trx);
    if (rows[0]?.mine) await work(trx);
  });
