import type { ShortCode } from '../codes/short-code.ts';
import type { Db, Trx } from '../database.ts';
import type { NewEvent } from '../events/event.ts';
import { AppError, invalidField, unavailable } from '../http/problem.ts';
import { createGroupCommit, type Outcome } from './group-commit.ts';
import { urlEvent } from './history.ts';
import { existingUsers, insertUrls, type UrlInsert } from './store.ts';
import type { UrlRow } from './table.ts';
import type { NewUrl } from './url.ts';

export type CreateDeps = {
  db: Db;
  /** Runs work in a transaction, again where Postgres ended it for no fault of its own. */
  transact: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
  nextCode: () => Promise<ShortCode>;
  insertEvents: (trx: Trx, events: readonly NewEvent[]) => Promise<unknown>;
  /** After a commit: no replica answers from what it knew of these codes. */
  forgetCodes: (codes: readonly ShortCode[]) => Promise<void>;
  /** Whether an error says that Postgres is away, rather than that a statement was wrong. */
  isDown: (error: unknown) => boolean;
  /** Whether this process has so much to do that creates had better share a commit. */
  isBusy: () => boolean;
};

export type Creator = {
  /** Adds a url, durable when it resolves. 409: the alias is taken; 422: there is no such user. */
  create(input: NewUrl): Promise<UrlRow>;
  /** A code to try first. Not to be asked for within a transaction: who holds a connection must not wait for another. */
  codeFor(input: NewUrl): Promise<ShortCode>;
  /** `create` inside a transaction of the caller's, who then calls `created` after the commit. */
  createIn(trx: Trx, input: NewUrl, code: ShortCode): Promise<UrlRow>;
  created(input: NewUrl): Promise<void>;
};

/** A row, or that its code or user stood in the way. */
type Attempted = UrlRow | 'refused';

const largestGroup = 500;
/** A commit costs as much as the creation of a dozen urls. While there is much to do, creates wait so many ms for company. */
const patience = 10;
const company = 16;
const mostWaiting = 10_000;

const rowOf = ({ custom_alias: _, ...input }: NewUrl, short_code: ShortCode): UrlInsert => ({ ...input, short_code });

/** Urls and their `created` events; the order of the answer is that of the rows. Codes must differ. */
async function insertWithEvents(
  trx: Trx,
  rows: readonly UrlInsert[],
  { insertEvents }: CreateDeps,
): Promise<Attempted[]> {
  const inserted = await insertUrls(trx, rows);
  await insertEvents(
    trx,
    inserted.map((row) => urlEvent('created', row)),
  );
  const byCode = new Map(inserted.map((row) => [row.short_code, row]));
  return rows.map(({ short_code }) => byCode.get(short_code) ?? 'refused');
}

/**
 * Commits rows in one transaction. What one bad row does to it must not hit its neighbours: unless the database is
 * away, each then gets a transaction of its own.
 */
async function commitRows(rows: readonly UrlInsert[], deps: CreateDeps): Promise<Outcome<Attempted>[]> {
  try {
    const values = await deps.transact((trx) => insertWithEvents(trx, rows, deps));
    return values.map((value) => ({ kind: 'done', value }));
  } catch (error) {
    if (rows.length === 1 || deps.isDown(error)) return rows.map(() => ({ kind: 'failed', error }));
    const outcomes: Outcome<Attempted>[] = [];
    for (const row of rows) outcomes.push(...(await commitRows([row], deps)));
    return outcomes;
  }
}

/** Commits a group. Of two rows with one code the second waits until it is decided what becomes of the first. */
async function commitGroup(rows: readonly UrlInsert[], deps: CreateDeps): Promise<Outcome<Attempted>[]> {
  const outcomes = new Map<UrlInsert, Outcome<Attempted>>();
  for (let rest = rows; rest.length > 0; ) {
    const firsts = [...new Map(rest.toReversed().map((row) => [row.short_code, row])).values()];
    const decided = await commitRows(firsts, deps);
    for (const [index, outcome] of decided.entries()) outcomes.set(firsts[index] as UrlInsert, outcome);
    rest = rest.filter((row) => !outcomes.has(row));
  }
  return rows.map((row) => outcomes.get(row) ?? { kind: 'done', value: 'refused' });
}

/** Why a row was refused, thrown; returns where it was a generated code that an alias had taken. */
async function explain(db: Db | Trx, { user_id, custom_alias }: NewUrl): Promise<void> {
  if (typeof user_id === 'number' && !(await existingUsers(db, [user_id])).has(user_id)) {
    throw invalidField('user_id', 'no such user');
  }
  if (custom_alias) throw new AppError('conflict', 'custom_alias is already taken');
}

/** Adds urls one by one; under load many share a commit. */
export function createCreator(deps: CreateDeps): Creator {
  const { db, nextCode, forgetCodes } = deps;
  const add = createGroupCommit<UrlInsert, Attempted>({
    commit: (rows) => commitGroup(rows, deps),
    largest: largestGroup,
    patience: () => (deps.isBusy() ? patience : 0),
    company,
    waiting: mostWaiting,
    full: () => unavailable('Too many urls are being created'),
  });
  const attempt = async (
    on: Db | Trx,
    input: NewUrl,
    first: ShortCode,
    insert: (row: UrlInsert) => Promise<Attempted>,
  ): Promise<UrlRow> => {
    for (let code = first; ; code = await nextCode()) {
      const row = await insert(rowOf(input, code));
      if (row !== 'refused') return row;
      await explain(on, input);
    }
  };
  const codeFor = async ({ custom_alias }: NewUrl): Promise<ShortCode> => custom_alias ?? (await nextCode());
  // A generated code is one of 3.5e12 that nobody knew before: nobody has asked for it. An alias may be known as unknown.
  const created = async ({ custom_alias }: NewUrl): Promise<void> => {
    if (custom_alias) await forgetCodes([custom_alias]);
  };
  const createIn = (trx: Trx, input: NewUrl, code: ShortCode) =>
    attempt(trx, input, code, async (row) => (await insertWithEvents(trx, [row], deps))[0] ?? 'refused');
  return {
    codeFor,
    createIn,
    created,
    async create(input) {
      const row = await attempt(db, input, await codeFor(input), add);
      await created(input);
      return row;
    },
  };
}
