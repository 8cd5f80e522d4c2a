import { must, type Run, ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';

type Deps = { run: Run; folder: string; port: number };

/** Asks a Postgres one question; answers rows of columns. */
export type Query = (sql: string) => Promise<string[][]>;

export type Cluster = AsyncDisposable & { query: Query; url: string };

const patience = 1_800_000;
const separator = '\u001f';

/** Questions to the Postgres at a host (or a socket's folder), by psql. */
export const createQuery =
  ({ run, host, port }: { run: Run; host: string; port: number }): Query =>
  async (sql) => {
    const place = ['-h', host, '-p', String(port), '-U', 'shortstack', '-d', 'shortstack'];
    const how = ['-XAtq', '-F', separator, '-v', 'ON_ERROR_STOP=1', '-c', sql];
    const text = await must(run('psql', [...place, ...how], { timeout: patience }), 'asking Postgres');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => line.split(separator));
  };

/** Not what the stack's Postgres has: this one archives nothing, listens here only, and ends soon. */
const settings = (folder: string, port: number): string =>
  [
    `listen_addresses=127.0.0.1`,
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    'archive_mode=off',
    'shared_buffers=32MB',
    // At least what the restored one had.
    'max_connections=200',
    'autovacuum=off',
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');

const tail = async (run: Run, log: string): Promise<string> => (await run('tail', ['-n', '15', log])).stdout.trim();

/** Starts a restored cluster on 127.0.0.1 and waits until it has got to its target and takes writes. Disposing stops it. */
export async function startCluster({ run, folder, port }: Deps): Promise<Cluster> {
  const control = (...words: string[]) => run('pg_ctl', ['-D', folder, '-s', ...words], { timeout: patience });
  const log = `${folder}/restore.log`;
  const started = await control('start', '-w', '-t', '1800', '-l', log, '-o', settings(folder, port));
  if (started.code !== 0) throw new ScriptError(`what was restored does not start:\n${await tail(run, log)}`);
  const query = createQuery({ run, host: '127.0.0.1', port });
  const stop = async () => void (await control('stop', '-w', '-m', 'fast'));
  const promoted = async () => {
    const [row] = await query('select pg_is_in_recovery()').catch(() => []);
    return row?.[0] === 'f' ? true : undefined;
  };
  if (!(await waitUntil(promoted, { every: 200, within: patience, now: Date.now }))) {
    const said = await tail(run, log);
    await stop();
    throw new ScriptError(`what was restored does not get to its target:\n${said}`);
  }
  return { query, url: `postgres://shortstack@127.0.0.1:${port}/shortstack`, [Symbol.asyncDispose]: stop };
}
