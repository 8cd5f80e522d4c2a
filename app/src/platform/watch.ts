import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseSocket } from './remembered-lookup.ts';

type Options = {
  url: string;
  /** Name shown in pg_stat_activity. */
  name: string;
  /** Channel whose notifications carry the number. */
  channel: string;
  /** Query that answers one row with the number in its only column. */
  query: string;
  /** Milliseconds between two readings, for what a notification missed. */
  interval: number;
  /** Longest wait for a connection or a reading, in milliseconds. */
  timeout: number;
  onValue: (value: number) => void;
};

/** Keeps an eye on one number in Postgres. */
export type Watch = AsyncDisposable & {
  /** Whether Postgres answered the last reading. */
  readonly reachable: boolean;
  /** Reads at once; resolves with false where Postgres does not answer. */
  read(): Promise<boolean>;
};

const betweenTries = 100;

const toNumber = (row: Record<string, unknown> | undefined): number => Number(Object.values(row ?? {})[0]);

/** A connection that listens, or an error within the time-out. */
async function listenOn({ url, name, channel, timeout, onValue }: Options): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    stream: databaseSocket,
    application_name: name,
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    keepAlive: true,
  });
  client.on('error', () => {}); // Ends it: 'end' follows.
  client.on('notification', ({ payload }) => onValue(Number(payload)));
  await client.connect();
  await client.query(`listen ${channel}`);
  return client;
}

/**
 * Tells each change of a number in Postgres within milliseconds, by LISTEN on a connection of its own, and after a lost
 * connection as soon as there is another: it tries every 100 ms, so that no change stays unknown much longer than that
 * once Postgres answers.
 */
export function createWatch(options: Options): Watch {
  const { query, interval, onValue } = options;
  const ending = new AbortController();
  let client: pg.Client | undefined;
  let reachable = false;

  const readFrom = async (source: pg.Client): Promise<boolean> => {
    try {
      const { rows } = await source.query(query);
      onValue(toNumber(rows[0]));
      reachable = true;
    } catch {
      reachable = false;
    }
    return reachable;
  };

  const session = async (): Promise<void> => {
    const own = await listenOn(options);
    const ended = new AbortController();
    own.once('end', () => ended.abort());
    const signal = AbortSignal.any([ending.signal, ended.signal]);
    try {
      client = own;
      while (!signal.aborted && (await readFrom(own))) await sleep(interval, undefined, { signal });
    } finally {
      client = undefined;
      reachable = false;
      own.end().catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await session().catch(() => {});
      await sleep(betweenTries, undefined, { signal: ending.signal }).catch(() => {});
    }
  };

  const over = run();
  return {
    get reachable() {
      return reachable;
    },
    read: async () => (client ? readFrom(client) : false),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await over;
    },
  };
}
