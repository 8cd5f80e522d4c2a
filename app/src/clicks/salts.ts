import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { dayOf, unknownVisitor, visitorOf } from './visitor.ts';

const dayLength = 86_400_000;

/** The salts of today and tomorrow, made by whichever replica comes first. */
async function readSalts(db: Db, now: number): Promise<Map<string, string>> {
  const days = [dayOf(now), dayOf(now + dayLength)];
  await db
    .insertInto('click_salts')
    .values(days.map((day) => ({ day, salt: randomBytes(32) })))
    .onConflict((conflict) => conflict.column('day').doNothing())
    .execute();
  const rows = await db
    .selectFrom('click_salts')
    .select([sql<string>`day::text`.as('day'), 'salt'])
    .where('day', 'in', days)
    .execute();
  return new Map(rows.map(({ day, salt }) => [day, salt.toString('base64')]));
}

/** Destroys the salts of days that have been over for a day: their hashes cannot be made again by anyone. */
export async function destroySalts(db: Db | Trx, now: number): Promise<void> {
  await db
    .deleteFrom('click_salts')
    .where('day', '<', dayOf(now - dayLength))
    .execute();
}

export type Salts = {
  /** Reads today's and tomorrow's salt, so that Postgres being down at midnight does not matter. */
  refresh(now: number): Promise<void>;
  /** The visitor's eight bytes; unknown while the day's salt has never been read. */
  visitor(at: number, address: string, userAgent: string): string;
};

export function createSalts(db: Db): Salts {
  let salts = new Map<string, string>();
  let from = 0;
  let today: string | undefined;
  const saltOf = (at: number): string | undefined => {
    if (today !== undefined && at >= from && at < from + dayLength) return today;
    from = at - (at % dayLength);
    today = salts.get(dayOf(at));
    return today;
  };
  return {
    async refresh(now) {
      salts = await readSalts(db, now);
      today = undefined;
    },
    visitor(at, address, userAgent) {
      const salt = saltOf(at);
      return salt === undefined ? unknownVisitor : visitorOf(salt, address, userAgent);
    },
  };
}
