import type pg from 'pg';
import { errorCode } from './error-code.ts';
import { every } from './every.ts';

/** A lock was waited for in vain. The message says whose it is and what to do. */
export class LockedOut extends Error {}

const lockNotAvailable = '55P03';
/** Several looks within the shortest wait, in milliseconds. */
const betweenLooks = 250;

type Holder = { pid: number; who: string; state: string | null; since: Date };

const holders = `select pid, concat_ws(', ', coalesce(usename, backend_type), nullif(application_name, '')) as who,
    state, coalesce(xact_start, backend_start) as since
  from pg_stat_activity where pid = any(pg_blocking_pids($1))`;

const named = ({ pid, who, state, since }: Holder): string =>
  `session ${pid} (${who}, ${state ?? 'at work'} since ${since.toISOString()})`;

function remedy(seen: readonly Holder[]): string {
  if (seen.length === 0) return 'somebody holds a lock that it needs: run it again';
  const end = seen.map(({ pid }) => `select pg_terminate_backend(${pid});`).join(' ');
  return `the lock that it needs is held by ${seen.map(named).join(' and ')}: run it again when that has ended, or end it in psql: ${end}`;
}

export type HolderWatch = AsyncDisposable & {
  /** For a statement that gave up waiting for a lock, an error that says who holds it; else undefined. */
  explain(cause: unknown, what: string): LockedOut | undefined;
};

/**
 * Looks, on a connection of its own, at who keeps a session waiting: once that has given up, Postgres knows no more whom it
 * waited for. Where it cannot look, names are missing in the message and nothing else.
 */
export async function watchHolders(looker: pg.Client, waiting: pg.Client): Promise<HolderWatch> {
  const { rows } = await waiting.query<{ pid: number }>('select pg_backend_pid() as pid');
  const stop = new AbortController();
  let seen: Holder[] = [];
  const look = async () => {
    const found = await looker.query<Holder>(holders, [rows[0]?.pid]);
    if (found.rows.length > 0) seen = found.rows;
  };
  const looking = every(look, { interval: betweenLooks, signal: stop.signal, onError: () => {} });
  return {
    explain: (cause, what) =>
      errorCode(cause) === lockNotAvailable ? new LockedOut(`${what}: ${remedy(seen)}`, { cause }) : undefined,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await looking;
    },
  };
}
