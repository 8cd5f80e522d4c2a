import { type Kysely, sql } from 'kysely';

/** Tables whose ids come from a sequence, and which one. */
const sequences = { users: 'users_id_seq', urls: 'urls_id_seq', events: 'events_id_seq' } as const;

/**
 * Moves a table's sequence past an id that a record brought along, so that no later row gets it again. To be called
 * before the transaction inserts: while it moves the sequence nobody else may insert, or two rows could get one id.
 */
export async function keepIdsAhead<DB>(trx: Kysely<DB>, table: keyof typeof sequences, id: number): Promise<void> {
  const sequence = sql.table(sequences[table]);
  const isBehind = sql<{ behind: boolean }>`
    select case when is_called then last_value < ${id} else last_value <= ${id} end as behind from ${sequence}`;
  const { rows } = await isBehind.execute(trx);
  if (!rows[0]?.behind) return;
  await sql`lock table ${sql.table(table)} in share row exclusive mode`.execute(trx);
  await sql`select setval(${sequences[table]}::regclass, greatest(${id}, last_value)) from ${sequence}`.execute(trx);
}

/** Leaves out this many ids of every table: rows that are added later get larger ones. */
export async function skipIds<DB>(db: Kysely<DB>, ids: number): Promise<void> {
  for (const name of Object.values(sequences)) {
    await sql`select setval(${name}::regclass, last_value + ${ids}::bigint) from ${sql.table(name)}`.execute(db);
  }
}
