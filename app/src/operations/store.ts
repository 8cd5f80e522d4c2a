import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Resolves when Postgres answers. */
export const pingPostgres = (db: Db): Promise<unknown> => sql`select 1`.execute(db);

/** Whether a migration was applied; false where none ever was. */
export async function hasMigration(db: Db, name: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass('schema_migrations') is not null as found`.execute(
    db,
  );
  if (!rows[0]?.found) return false;
  const applied = await sql`select 1 from schema_migrations where name = ${name}`.execute(db);
  return applied.rows.length > 0;
}

/** How many processes are connected as this one: each has one connection of this name. */
export async function countConnected(db: Db, name: string): Promise<number> {
  const { rows } = await sql<{ connected: number }>`
    select count(*)::int as connected from pg_stat_activity
    where application_name = ${name} and datname = current_database()`.execute(db);
  return rows[0]?.connected ?? 0;
}
