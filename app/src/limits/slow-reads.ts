import { sql } from 'kysely';
import type { Db, SlowReads, Trx } from '../database.ts';
import { AppError } from '../http/problem.ts';
import { createLane } from './lane.ts';

type Deps = {
  db: Db;
  /** How many at once: less than there are connections, for all others need them too. */
  atOnce: number;
  /** Longest time of one of a request's statements, in milliseconds. */
  timeout: number;
};

/** Longest time of each statement, in milliseconds. */
const patience = 1_500;
/** What it is at most of any statement's: Postgres is to end it, so that its connection stays. */
const share = 0.75;
/** Longest wait for others', in milliseconds, and how many may wait. With a search's two statements less than 5 s in all. */
const longestWait = 1_800;
const mostWaiting = 100;
const timeUp = '57014';

const busy = () => new AppError('too_many', 'Too many searches at once', { headers: { 'Retry-After': '3' } });

/**
 * Reads that may take long, as what they look for may lie behind millions of others: few at once, each statement for a
 * second or two. When others' take all that there is for them it is a 429, and whoever asks for anything else does not
 * notice.
 */
export function createSlowReads({ db, atOnce, timeout }: Deps): SlowReads {
  const inLane = createLane({ atOnce, mostWaiting, longestWait, busy });
  const longest = String(Math.floor(Math.min(patience, share * timeout)));
  return (work, tooLong) => {
    const limited = async (trx: Trx) => {
      await sql`select set_config('statement_timeout', ${longest}, true)`.execute(trx);
      return work(trx);
    };
    return inLane(() => db.transaction().execute(limited)).catch((error: { code?: unknown }) => {
      throw error.code === timeUp ? tooLong() : error;
    });
  };
}
