import { expect } from '@jest/globals';
import { sql } from 'kysely';
import { compareSums } from '../../src/clicks/reconcile.ts';
import { openDatabase } from '../../src/commands/open-database.ts';
import type { Db } from '../../src/database.ts';
import { until } from '../support/until.ts';

/** The database of a service, to look at or to disturb. Without an address there is none: none is made in its place. */
export const lookAt = (databaseUrl: string): Promise<AsyncDisposable & { db: Db }> =>
  openDatabase({ databaseUrl, dataDir: '/dev/null' });

/** How often each request's click is in the history. */
export async function clicksByRequest(db: Db): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; times: number }>`
    select details->>'request_id' as id, count(*) as times from events where event_type = 'click' group by 1`.execute(
    db,
  );
  return new Map(rows.map(({ id, times }) => [id, times]));
}

/** What should have been recorded, against the history. */
export async function compare(db: Db, answered: ReadonlySet<string>) {
  const stored = await clicksByRequest(db);
  const missing = [...answered].filter((id) => !stored.has(id)).length;
  const doubled = [...stored.values()].filter((times) => times > 1).length;
  return { missing, doubled, unasked: stored.size + missing - answered.size };
}

/**
 * Waits until every answered redirect is in the history, and expects each to be there once, and the sums to be those of
 * the history. Answers how many clicks there are whose answer never arrived.
 */
export async function expectEachOnce(databaseUrl: string, answered: ReadonlySet<string>): Promise<number> {
  await using database = await lookAt(databaseUrl);
  const { db } = database;
  expect(answered.size).toBeGreaterThan(0);
  await until(async () => (await compare(db, answered)).missing === 0);
  await until(async () => (await waiting(db)) === 0);
  const { missing, doubled, unasked } = await compare(db, answered);
  expect({ missing, doubled }).toEqual({ missing: 0, doubled: 0 });
  expect((await compareSums(db)).examples).toEqual([]);
  return unasked;
}

const waiting = async (db: Db): Promise<number> => (await db.selectFrom('click_inbox').select('id').execute()).length;
