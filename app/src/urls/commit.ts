import { setTimeout as sleep } from 'node:timers/promises';
import { type ChangedCodes, joinCodes } from '../codes/short-code.ts';
import type { Trx } from '../database.ts';

type Deps = {
  /** Runs work in a transaction, again where Postgres ended it for no fault of its own. */
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  /** After a commit: no replica answers from what it knew of these codes. */
  forgetCodes: (codes: ChangedCodes) => Promise<void>;
  /** Whether an error says that Postgres is away, so that nobody knows whether it has committed. */
  isDown: (error: unknown) => boolean;
  signal: AbortSignal;
};

/**
 * Runs work in a transaction; after it no replica redirects by what was before of the codes that `work` noted. Where the
 * connection is lost in it, it may have been committed all the same: the error is thrown at once, and when Postgres is
 * back and the transaction has ended, the codes are forgotten. `wait` is what tells its end: a lock that it holds too.
 */
export type Commit = <T>(
  work: (trx: Trx, note: (codes: ChangedCodes) => void) => Promise<T>,
  wait: (trx: Trx) => Promise<unknown>,
) => Promise<T>;

const betweenTries = 200;
/** Transactions in doubt at once: as many as there are connections, several times over. What is more ends with its entry. */
const mostInDoubt = 1_000;

export function createCommit({ transact, forgetCodes, isDown, signal }: Deps): Commit {
  let inDoubt = 0;

  const settle = async (codes: ChangedCodes, wait: (trx: Trx) => Promise<unknown>): Promise<void> => {
    const settled = () => transact(wait).then(() => forgetCodes(codes));
    const isSettled = () =>
      settled().then(
        () => true,
        () => false,
      );
    while (!(await isSettled())) await sleep(betweenTries, undefined, { signal });
  };

  const settleLater = (codes: ChangedCodes, wait: (trx: Trx) => Promise<unknown>): void => {
    if (codes.length === 0 || inDoubt >= mostInDoubt) return;
    inDoubt += 1;
    const over = settle(codes, wait).catch(() => {}); // The process ends.
    void over.then(() => {
      inDoubt -= 1;
    });
  };

  return async (work, wait) => {
    let codes: ChangedCodes = [];
    const attempt = (trx: Trx) => {
      codes = [];
      return work(trx, (noted) => {
        codes = joinCodes(codes, noted);
      });
    };
    const result = await transact(attempt).catch((error: unknown) => {
      if (isDown(error)) settleLater(codes, wait);
      throw error;
    });
    await forgetCodes(codes);
    return result;
  };
}
