import type { Db, Trx } from '../database.ts';
import { type BulkReport, type Candidate, insertLines, type Line, type Refused } from '../http/bulk.ts';
import { insertUsers, takenFields } from './import-store.ts';
import { type ImportedUser, importedUser } from './user.ts';

export type UserImportDeps = {
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  keepIdsAhead: (trx: Db, table: 'users', id: number) => Promise<void>;
};

export type ImportUsers = (
  lines: AsyncIterable<Line>,
  options?: { mostMalformed?: number; progress?: (report: BulkReport) => void },
) => Promise<BulkReport>;

type Batch = readonly Candidate<ImportedUser>[];

async function reasons(trx: Trx, refused: Batch): Promise<Refused[]> {
  if (refused.length === 0) return [];
  const taken = await takenFields(
    trx,
    refused.map(({ row }) => row),
  );
  return refused.map(({ line }, place) => {
    const fields = Object.entries(taken[place] ?? {}).filter(([, isTaken]) => isTaken);
    return { line, error: `${fields.map(([name]) => name).join(', ') || 'record'}: already taken` };
  });
}

/**
 * Adds the users of a file, a transaction a batch. A user whose id, name or address is taken, also by an earlier line,
 * is refused and reported; nothing that is there is changed, so a file may come twice.
 */
export const createUserImport =
  ({ transact, keepIdsAhead }: UserImportDeps): ImportUsers =>
  (lines, options = {}) => {
    const insert = (batch: Batch) =>
      transact(async (trx) => {
        const ids = batch.map(({ row }) => row.id ?? 0);
        await keepIdsAhead(trx, 'users', Math.max(...ids));
        const places = await insertUsers(
          trx,
          batch.map(({ row }) => row),
        );
        const refused = new Set(places);
        return reasons(
          trx,
          batch.filter((_, place) => refused.has(place)),
        );
      });
    return insertLines(lines, { schema: importedUser, insert, ...options });
  };
