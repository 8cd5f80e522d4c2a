import type { Kysely, Transaction } from 'kysely';

const deadlock = '40P01';
const checkViolation = '23514';
const tries = 5;

/**
 * Whether an error says that the same transaction would pass now: it was ended to resolve a deadlock, or while a row was
 * on its way to a default partition the partition that it belongs to was made (a check without a name).
 */
function passesNow(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === deadlock || (code === checkViolation && constraint === undefined);
}

/** Runs work in a transaction, and again from its beginning where Postgres ended it for no fault of its own. */
export type Transact<DB> = <T>(work: (trx: Transaction<DB>) => Promise<T>) => Promise<T>;

/** Transactions on this database. */
export const createTransact =
  <DB>(db: Kysely<DB>): Transact<DB> =>
  async (work) => {
    for (let left = tries - 1; ; left -= 1) {
      try {
        return await db.transaction().execute(work);
      } catch (error) {
        if (left === 0 || !passesNow(error)) throw error;
      }
    }
  };
