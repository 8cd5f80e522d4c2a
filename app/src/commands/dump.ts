import { z } from 'zod';
import { peek } from './records.ts';

/** A file of everything begins with this; another number is another format. */
export const dumpFormat = 1;
const beginning = '{"shortstack":';

export const isDump = async (path: string): Promise<boolean> => (await peek(path)).startsWith(beginning);

export const dumpHeader = z.object({
  shortstack: z.int(),
  version: z.string(),
  /** Migrations of the database that it was made from. */
  schema: z.array(z.string()),
});
export type DumpHeader = z.output<typeof dumpHeader>;

/**
 * What a file of everything holds, in an order that foreign keys accept. Not in it: what is made anew (caches, counts of
 * rows), what is for a day (idempotency keys, repeats whose
 * first click may still come), and what must not outlive its day (salts and sketches of visitors).
 */
export const dumpedTables = [
  'code_secrets',
  'users',
  'urls',
  'deleted_urls',
  'url_uses',
  'api_keys',
  'url_counters',
  'url_hours',
  'url_shares',
  'url_visitors',
  'click_batches',
  'click_inbox',
  'events',
] as const;
export type DumpedTable = (typeof dumpedTables)[number];

export const dumpedSequences = ['users_id_seq', 'urls_id_seq', 'events_id_seq', 'code_blocks'] as const;

/** One line of the file. `row` is JSON as Postgres wrote it, which no number of JavaScript's ever was. */
export type DumpLine =
  | { kind: 'row'; table: DumpedTable; row: string }
  | { kind: 'sequence'; sequence: (typeof dumpedSequences)[number]; value: number }
  | { kind: 'end'; rows: number };

export const rowLine = (table: DumpedTable, row: string): string => `{"table":"${table}","row":${row}}\n`;

const rowPattern = /^\{"table":"([a-z_]+)","row":(\{.*\})\}$/s;
const sequenceLine = z.object({ sequence: z.enum(dumpedSequences), value: z.int().nonnegative() });
const endLine = z.object({ end: z.literal(true), rows: z.int() });

/** Reads what was written; undefined where it is nothing of ours. */
export function parseDumpLine(line: string): DumpLine | undefined {
  const [, name, row] = rowPattern.exec(line) ?? [];
  const table = dumpedTables.find((known) => known === name);
  if (table && row) return { kind: 'row', table, row };
  try {
    const value: unknown = JSON.parse(line);
    const sequence = sequenceLine.safeParse(value);
    if (sequence.success) return { kind: 'sequence', ...sequence.data };
    const end = endLine.safeParse(value);
    return end.success ? { kind: 'end', rows: end.data.rows } : undefined;
  } catch {
    return undefined;
  }
}
