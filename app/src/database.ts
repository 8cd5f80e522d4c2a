import type { Kysely, Transaction } from 'kysely';
import type { AccessTables } from './access/table.ts';
import type { ClickTables } from './clicks/table.ts';
import type { CodeTables } from './codes/table.ts';
import type { EventTables } from './events/table.ts';
import type { IdempotencyTables } from './idempotency/table.ts';
import type { RedirectTables } from './redirects/table.ts';
import type { UrlTables } from './urls/table.ts';
import type { UserTables } from './users/table.ts';

/** Every table that the code reads or writes; each folder declares its own. */
export type Database = AccessTables &
  ClickTables &
  CodeTables &
  IdempotencyTables &
  UserTables &
  UrlTables &
  EventTables &
  RedirectTables;

export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;

/** Runs a read that may take long, among few of them and for a bounded time; when that is up it throws `tooLong`. */
export type SlowReads = <T>(work: (trx: Trx) => Promise<T>, tooLong: () => Error) => Promise<T>;
