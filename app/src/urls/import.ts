import { mostTold, type ShortCode } from '../codes/short-code.ts';
import type { Db, Trx } from '../database.ts';
import type { NewEvent } from '../events/event.ts';
import { type BulkReport, type Candidate, insertLines, type Line, type Refused } from '../http/bulk.ts';
import { urlEvent } from './history.ts';
import { type CodedUrl, insertCodedUrls, keepUsers, takenUrlFields } from './import-store.ts';
import { type ImportedUrl, importedUrl } from './imported-url.ts';
import type { UrlRow } from './table.ts';
import type { UrlSchemas } from './url.ts';

export type UrlImportDeps = {
  schemas: UrlSchemas;
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  keepIdsAhead: (trx: Db, table: 'urls', id: number) => Promise<void>;
  nextCode: () => Promise<ShortCode>;
  insertEvents: (trx: Trx, events: readonly NewEvent[]) => Promise<unknown>;
  /** After a commit: no replica answers from what it knew of these codes. */
  forgetCodes: (codes: readonly ShortCode[]) => Promise<void>;
};

export type ImportUrls = (
  lines: AsyncIterable<Line>,
  options?: { most?: number; progress?: (report: BulkReport) => void },
) => Promise<BulkReport>;

type Batch = readonly Candidate<ImportedUrl>[];
type Result = { added: UrlRow[]; refused: Refused[] };

/** A generated code that an alias had taken is rare; twice in a row it does not happen to a working service. */
const codeTries = 5;

const ownCode = ({ short_code, custom_alias }: ImportedUrl): ShortCode | undefined => short_code ?? custom_alias;

async function coded(url: ImportedUrl, nextCode: () => Promise<ShortCode>): Promise<CodedUrl> {
  const { custom_alias: _, ...row } = url;
  return { ...row, short_code: ownCode(url) ?? (await nextCode()) };
}

type Failed = { candidate: Candidate<ImportedUrl>; url: CodedUrl };

/** Adds what can be added, and sorts the rest: refused for a reason, or to be tried with another code. */
async function attempt(trx: Trx, batch: Batch, { nextCode }: UrlImportDeps): Promise<Result & { again: Batch }> {
  const urls = await Array.fromAsync(batch, ({ row }) => coded(row, nextCode));
  const rows = await insertCodedUrls(trx, urls);
  const failed = batch.flatMap((candidate, place): Failed[] => {
    const url = urls[place];
    return rows[place] || !url ? [] : [{ candidate, url }];
  });
  const taken = await takenUrlFields(
    trx,
    failed.map(({ url }) => url),
  );
  const refused: Refused[] = [];
  const again: Candidate<ImportedUrl>[] = [];
  failed.forEach(({ candidate }, index) => {
    const { id = false, short_code = false } = taken[index] ?? {};
    const brought = ownCode(candidate.row) !== undefined;
    const fields = [...(id ? ['id'] : []), ...(short_code && brought ? ['short_code'] : [])];
    if (fields.length === 0 && !brought) again.push(candidate);
    else refused.push({ line: candidate.line, error: `${fields.join(', ') || 'record'}: already taken` });
  });
  return { added: rows.filter((row) => row !== undefined), refused, again };
}

async function insertBatch(trx: Trx, batch: Batch, deps: UrlImportDeps): Promise<Result> {
  await deps.keepIdsAhead(trx, 'urls', Math.max(...batch.map(({ row }) => row.id ?? 0)));
  const owners = new Set(batch.map(({ row }) => row.user_id).filter((id) => id !== undefined));
  const users = await keepUsers(trx, [...owners]);
  const hasOwner = ({ row }: Candidate<ImportedUrl>) => row.user_id === undefined || users.has(row.user_id);
  const orphans = batch.filter((candidate) => !hasOwner(candidate));
  const refused = orphans.map(({ line }): Refused => ({ line, error: 'user_id: no such user' }));
  const added: UrlRow[] = [];
  let pending: Batch = batch.filter(hasOwner);
  for (let tries = 0; pending.length > 0 && tries < codeTries; tries += 1) {
    const result = await attempt(trx, pending, deps);
    added.push(...result.added);
    refused.push(...result.refused);
    pending = result.again;
  }
  refused.push(...pending.map(({ line }) => ({ line, error: 'no free code was found' })));
  const events = added.map((row) => ({ ...urlEvent('created', row), occurred_at: row.created_at }));
  await deps.insertEvents(trx, events);
  return { added, refused };
}

/**
 * Adds the urls of a file with their `created` events, a transaction a batch. A url whose id or code is taken, also by
 * an earlier line, is refused and reported; nothing that is there is changed. Codes that were asked for before they
 * were imported redirect as soon as this resolves.
 */
export const createUrlImport = (deps: UrlImportDeps): ImportUrls => {
  const schema = importedUrl(deps.schemas);
  return async (lines, options = {}) => {
    let untold: ShortCode[] = [];
    // Many at once: each time costs a moment, and where the cache store is away as much as a lease lasts.
    const tell = async () => {
      if (untold.length > 0) await deps.forgetCodes(untold);
      untold = [];
    };
    const insert = async (batch: Batch) => {
      const { added, refused } = await deps.transact((trx) => insertBatch(trx, batch, deps));
      const brought = new Set(batch.map(({ row }) => ownCode(row)).filter((code) => code !== undefined));
      untold.push(...[...brought].filter((code) => added.some(({ short_code }) => short_code === code)));
      if (untold.length > mostTold - batch.length) await tell();
      return refused;
    };
    return await insertLines(lines, { schema, insert, finish: tell, ...options });
  };
};
