import type { Kysely, Transaction } from 'kysely';

const deadlock = '40P01';
const tries = 5;

/** Runs work in a transaction. Where Postgres ended it to resolve a deadlock, it runs again from its beginning. */
export type Transact<DB> = <T>(work: (trx: Transaction<DB>) => Promise<T>) => Promise<T>;

/** Transactions on this database. */
export const createTransact =
  <DB>(db: Kysely<DB>): Transact<DB> =>
  async (work) => {
    for (let left = tries - 1; ; left -= 1) {
      try {
        return await db.transaction().execute(work);
      } catch (error) {
        if (left === 0 || (error as { code?: unknown }).code !== deadlock) throw error;
      }
    }
  };
