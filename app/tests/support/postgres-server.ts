import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { family, proceed, send, suspend } from './processes.ts';

export type PostgresServer = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  /** Of the present run: another one after `restart`. */
  readonly pid: number;
  /** Freezes it with all its sessions; resolves when none of them does anything any more. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** SIGKILL (the default) ends all its processes at once, as a power cut would. Resolves when it has ended. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts it again on the same port and data, after a clean stop if it still runs. Resolves when it answers. */
  readonly restart: () => Promise<void>;
};

export type PostgresServerOptions = {
  readonly dir: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
};

/** Runs an embedded Postgres that listens on TCP, with a database `shortstack`, and resolves when it answers. */
export async function runPostgres({ dir, port, settings }: PostgresServerOptions): Promise<PostgresServer> {
  const rules = join(dir, 'pg_hba.conf');
  await writeFile(rules, 'local all all trust\nhost all all 127.0.0.1/32 trust\n', { mode: 0o644 });
  const place = { listen_addresses: '127.0.0.1', port: String(port), hba_file: rules };
  const boot = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: join(dir, 'data'), settings: { ...settings, ...place } });
  let current = await boot();
  const stop = async (): Promise<void> => {
    proceed(await family(current.pid));
    await current[Symbol.asyncDispose]();
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/shortstack`,
    port,
    get pid() {
      return current.pid;
    },
    // Twice: the second time meets a session that came into being between the look and the signal.
    pause: async () => {
      await suspend([current.pid]);
      await suspend(await family(current.pid));
    },
    resume: async () => proceed(await family(current.pid)),
    kill: async (signal = 'SIGKILL') => {
      const pids = signal === 'SIGKILL' ? await family(current.pid) : [current.pid];
      for (const pid of pids) send(pid, signal);
      proceed(pids);
      await current.exited;
    },
    restart: async () => {
      await stop();
      current = await boot();
    },
    [Symbol.asyncDispose]: stop,
  };
}
