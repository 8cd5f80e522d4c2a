import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { type DumpedTable, type DumpHeader, dumpedSequences, dumpedTables, dumpFormat, rowLine } from './dump.ts';

/** Rows read at once: keeps what is in memory small whatever the table. */
const rowsAtOnce = 1_000;

/** A cursor of Postgres's own: with the driver's one its time-out for a query would be one for the whole table. */
async function* rowsOf(trx: Trx, table: DumpedTable): AsyncGenerator<string[]> {
  const name = sql.table(table);
  await sql`declare dumped no scroll cursor for select row_to_json(${name})::text as row from ${name}`.execute(trx);
  for (;;) {
    const { rows } = await sql<{ row: string }>`fetch ${sql.lit(rowsAtOnce)} from dumped`.execute(trx);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await sql`close dumped`.execute(trx);
}

async function* sequenceLines(trx: Trx): AsyncGenerator<string> {
  for (const sequence of dumpedSequences) {
    const { rows } = await sql<{ value: number; called: boolean }>`
      select last_value as value, is_called as called from ${sql.table(sequence)}`.execute(trx);
    const [row] = rows;
    if (row?.called) yield `${JSON.stringify({ sequence, value: row.value })}\n`;
  }
}

async function headerLine(trx: Trx, version: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`select name from schema_migrations order by name`.execute(trx);
  const header: DumpHeader = { shortstack: dumpFormat, version, schema: rows.map(({ name }) => name) };
  return `${JSON.stringify(header)}\n`;
}

/** Everything in the database at one moment, as lines for `write`, which paces the reading. Answers the rows. */
export function writeDump(db: Db, version: string, write: (text: string) => Promise<void>): Promise<number> {
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return snapshot.execute(async (trx) => {
    await write(await headerLine(trx, version));
    let count = 0;
    for (const table of dumpedTables) {
      for await (const rows of rowsOf(trx, table)) {
        count += rows.length;
        await write(rows.map((row) => rowLine(table, row)).join(''));
      }
    }
    for await (const line of sequenceLines(trx)) await write(line);
    await write(`${JSON.stringify({ end: true, rows: count })}\n`);
    return count;
  });
}
