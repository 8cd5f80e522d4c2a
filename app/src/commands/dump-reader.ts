import { createReadStream } from 'node:fs';
import { sql } from 'kysely';
import { agreedSecret } from '../codes/secret.ts';
import type { Trx } from '../database.ts';
import { textLines } from '../http/utf8.ts';
import { moveEpoch } from '../redirects/store.ts';
import { type CommandContext, CommandError } from './command.ts';
import { type DumpedTable, type DumpLine, dumpFormat, dumpHeader, parseDumpLine } from './dump.ts';
import { openDatabase } from './open-database.ts';
import { loadConfig } from './settings.ts';

/** A history of years takes minutes to write. */
const timeout = 3_600_000;
const rowsAtOnce = 1_000;
const charactersAtOnce = 4_194_304;
const longestLine = 67_108_864;
/** SQLSTATE classes that say that data is wrong: 22 in itself, 23 beside other data. */
const isDataError = /^2[23]/;

type Print = (line: string) => void;

async function checkHeader(trx: Trx, line: string): Promise<void> {
  const header = dumpHeader.safeParse(JSON.parse(line));
  if (!header.success || header.data.shortstack !== dumpFormat) {
    throw new CommandError('the file is of a format that this release does not know: nothing was imported');
  }
  const { rows } = await sql<{ name: string }>`select name from schema_migrations`.execute(trx);
  const ours = new Set(rows.map(({ name }) => name));
  const newer = header.data.schema.filter((name) => !ours.has(name));
  if (newer.length > 0) {
    throw new CommandError(`the file is of a newer release (it knows ${newer.join(', ')}): nothing was imported`);
  }
}

/** Nobody may add anything meanwhile, and nothing may be there: two histories cannot be told apart by their ids. */
async function requireEmpty(trx: Trx): Promise<void> {
  await sql`lock table users, urls, events in share row exclusive mode`.execute(trx);
  const { rows } = await sql<{ empty: boolean }>`
    select not exists (select from users) and not exists (select from urls) and not exists (select from events)
      as empty`.execute(trx);
  if (!rows[0]?.empty) throw new CommandError('the database has users, urls or events: nothing was imported');
}

/** Keys get new ids: the database has one of its own already. Their hashes are what tells them apart. */
const leftOut: Partial<Record<DumpedTable, readonly string[]>> = { api_keys: ['id'] };

async function insertRows(trx: Trx, table: DumpedTable, rows: readonly string[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const names = Object.keys(JSON.parse(first)).filter((name) => !leftOut[table]?.includes(name));
  const columns = sql.join(names.map((name) => sql.ref(name)));
  const populated = sql`json_populate_recordset(null::${sql.table(table)}, ${`[${rows.join(',')}]`}::json)`;
  await sql`
    insert into ${sql.table(table)} (${columns}) select ${columns} from ${populated}
    on conflict do nothing`.execute(trx);
}

/** The codes go on as they were made: with their secret, from behind the last number. */
async function takeSecret(trx: Trx, rows: readonly string[], given: string | undefined): Promise<void> {
  for (const row of rows) agreedSecret((JSON.parse(row) as { secret: string }).secret, given);
  await trx.deleteFrom('code_secrets').execute();
  await insertRows(trx, 'code_secrets', rows);
}

const moveSequence = (trx: Trx, name: string, value: number) =>
  sql`select setval(${name}::regclass, greatest(${value}, last_value)) from ${sql.table(name)}`.execute(trx);

type Part = { kind: 'rows'; table: DumpedTable; rows: string[] } | Exclude<DumpLine, { kind: 'row' }>;

/** The lines after the first, rows of one table together as far as memory allows. */
async function* partsOf(lines: AsyncIterable<string>): AsyncGenerator<Part> {
  let waiting: { kind: 'rows'; table: DumpedTable; rows: string[] } | undefined;
  let size = 0;
  let number = 1;
  for await (const line of lines) {
    number += 1;
    const parsed = parseDumpLine(line);
    if (!parsed) throw new CommandError(`line ${number} is not one of ours: nothing was imported`);
    const isFull = waiting && (waiting.rows.length >= rowsAtOnce || size >= charactersAtOnce);
    if (waiting && (isFull || parsed.kind !== 'row' || parsed.table !== waiting.table)) {
      yield waiting;
      waiting = undefined;
    }
    if (parsed.kind !== 'row') yield parsed;
    else {
      size = (waiting ? size : 0) + parsed.row.length;
      waiting ??= { kind: 'rows', table: parsed.table, rows: [] };
      waiting.rows.push(parsed.row);
    }
  }
}

async function insertParts(trx: Trx, lines: AsyncIterable<string>, given: string | undefined, print: Print) {
  const counts = new Map<DumpedTable, number>();
  let total = 0;
  for await (const part of partsOf(lines)) {
    if (part.kind === 'sequence') await moveSequence(trx, part.sequence, part.value);
    else if (part.kind === 'rows') {
      if (part.table === 'code_secrets') await takeSecret(trx, part.rows, given);
      else await insertRows(trx, part.table, part.rows);
      total += part.rows.length;
      counts.set(part.table, (counts.get(part.table) ?? 0) + part.rows.length);
    } else if (part.rows !== total) break;
    else {
      for (const [table, rows] of counts) print(`${table}: ${rows}`);
      return;
    }
  }
  throw new CommandError('the file ends before its end: nothing was imported');
}

async function firstLine(lines: AsyncGenerator<string>): Promise<string> {
  const { value, done } = await lines.next();
  return done ? '' : value;
}

/** Brings everything of a file into an empty database, all of it or, where anything is wrong, nothing. */
export async function readDump(context: CommandContext, path: string): Promise<void> {
  const config = loadConfig(context);
  await using database = await openDatabase(config, timeout);
  const lines = textLines(createReadStream(path), longestLine);
  const all = database.db.transaction().execute(async (trx) => {
    await checkHeader(trx, await firstLine(lines));
    await requireEmpty(trx);
    await insertParts(trx, lines, config.codeSecret, context.print);
  });
  await all.catch((error: Error & { code?: unknown }) => {
    if (!isDataError.test(String(error.code))) throw error;
    throw new CommandError(`the file contradicts itself (${error.message}): nothing was imported`, { cause: error });
  });
  await moveEpoch(database.db);
  context.print('restart the service where it runs: its codes go on as those of the file do');
}
