import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import type { Line } from './bulk.ts';
import { invalidField } from './problem.ts';
import { utf8 } from './utf8.ts';

type Options = {
  /** Longest record in characters. What is longer ends the reading: only its end would tell where the next begins. */
  longest: number;
  /** Columns without which the file is not what was asked for. */
  required: readonly string[];
};

const mostColumns = 100;

/** Cells that a spreadsheet would run as a formula, and those that look as if we had guarded them. */
const risky = /^'*[=+\-@\t\r]/;
const guarded = /^'+[=+\-@\t\r]/;

const unguard = (cell: string): string => (guarded.test(cell) ? cell.slice(1) : cell);
const guard = (cell: string): string => (risky.test(cell) ? `'${cell}` : cell);

const reasons: Record<string, string> = {
  CSV_MAX_RECORD_SIZE: 'the record is too long',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
};

function header(cells: readonly string[], required: readonly string[]): string[] {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) throw invalidField('file', `its first line lacks the column ${missing.join(', ')}`);
  if (names.length > mostColumns) throw invalidField('file', `at most ${mostColumns} columns`);
  return names;
}

function toLine(names: readonly string[], cells: readonly string[], line: number): Line {
  if (cells.length > names.length) {
    return { kind: 'error', line, error: `${cells.length} values for ${names.length} columns` };
  }
  const pairs = cells.map((cell, index) => [names[index], unguard(cell)] as const);
  const size = cells.reduce((sum, cell) => sum + cell.length, 0);
  return { kind: 'value', line, value: Object.fromEntries(pairs), size };
}

type Parsed = { record: string[]; info: { lines: number; records: number } };
type Failure = { code: string; lines: number; records: number };

/**
 * What a record of the longest content may take up with its delimiters, its quotes and what waits before the parser:
 * these it does not count, and it would keep a value for each of twenty million commas.
 */
const mostText = (longest: number): number => 4 * longest + 65_536;

/** A parser that goes on after a record which it cannot read, and tells of the first such record. */
function createParser(longest: number) {
  const relaxed = { relax_quotes: true, relax_column_count: true, skip_empty_lines: true };
  const recovering = { skip_records_with_error: true, max_record_size: longest };
  const parser = parse({ bom: true, info: true, ...relaxed, ...recovering });
  let failure: Failure | undefined;
  parser.on('skip', (error) => {
    failure ??= error as unknown as Failure;
  });
  let ended = 0;
  let sinceThen = 0;
  /** Told what comes next; whether the record that it belongs to can still be one. */
  const goesOn = (text: string): boolean => {
    const { lines, records, empty_lines: blank } = parser.info;
    sinceThen = records + blank === ended ? sinceThen + text.length : text.length;
    ended = records + blank;
    if (sinceThen > mostText(longest)) failure ??= { code: 'CSV_MAX_RECORD_SIZE', lines, records };
    return failure === undefined;
  };
  return { parser, goesOn, failure: () => failure };
}

/** What goes to the parser at once: it makes all records of a piece before anybody takes the first of them. */
const pieceSize = 2_048;

async function* piecesWhile(source: AsyncIterable<string>, goesOn: (piece: string) => boolean): AsyncGenerator<string> {
  for await (const text of source) {
    for (let at = 0; at < text.length; at += pieceSize) {
      const piece = text.slice(at, at + pieceSize);
      if (!goesOn(piece)) return;
      yield piece;
    }
  }
}

/**
 * Reads a CSV file (RFC 4180, with or without BOM, first line = column names in any case) in constant memory. `line` is
 * the one in the file on which a record ends. A record that cannot be told from the next one ends the reading.
 */
export async function* csvLines(source: AsyncIterable<Uint8Array>, options: Options): AsyncGenerator<Line> {
  const { parser, goesOn, failure } = createParser(options.longest);
  // An error of the source comes out of the parser below.
  pipeline(piecesWhile(utf8(source), goesOn), parser).catch(() => {});
  let names: string[] | undefined;
  for await (const { record, info } of parser as AsyncIterable<Parsed>) {
    if (info.records > (failure()?.records ?? info.records)) break;
    if (names) yield toLine(names, record, info.lines);
    else names = header(record, options.required);
  }
  const failed = failure();
  if (!names) throw invalidField('file', `its first line names no columns, or is longer than ${options.longest}`);
  if (!failed) return;
  const error = `${reasons[failed.code] ?? 'not CSV'}: nothing after this was read`;
  yield { kind: 'error', line: failed.lines, error };
}

type Cell = string | number | boolean | null | undefined;

/**
 * Writes records as CSV. Text that a spreadsheet would run as a formula gets an apostrophe in front, which `csvLines`
 * takes away again, so that what is written is also what is read.
 */
export const csvText = (records: readonly (readonly Cell[])[]): string =>
  stringify(
    records.map((cells) => cells.map((cell) => (typeof cell === 'string' ? guard(cell) : cell))),
    { cast: { boolean: String } },
  );
