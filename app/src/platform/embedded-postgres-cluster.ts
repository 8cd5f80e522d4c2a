import { spawn } from 'node:child_process';
import { chown, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Binaries } from './embedded-postgres-binaries.ts';
import { serverEnvironment } from './embedded-postgres-environment.ts';
import type { EmbeddedPlace } from './embedded-postgres-place.ts';
import type { ServerUser } from './embedded-postgres-user.ts';

export type ClusterOptions = {
  readonly place: EmbeddedPlace;
  readonly user: ServerUser;
  readonly binaries: Binaries;
  readonly sync: boolean;
  readonly signal: AbortSignal | undefined;
};

/**
 * Makes the cluster on the first start. It appears under its name only when it is whole, so that being killed meanwhile
 * costs the next start nothing.
 */
export async function ensureCluster(options: ClusterOptions): Promise<'made' | 'found'> {
  const { cluster } = options.place;
  if (await exists(cluster)) return 'found';
  const partial = `${cluster}.partial`;
  await rm(partial, { recursive: true, force: true });
  await makeOwned(partial, options.user);
  await initdb(partial, options);
  await rename(partial, cluster);
  return 'made';
}

async function initdb(directory: string, { user, binaries, sync, signal }: ClusterOptions): Promise<void> {
  const [command = '', ...args] = [
    ...user.prefix,
    binaries.initdb,
    `--pgdata=${directory}`,
    '--username=postgres',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    // Who may open the socket is decided by its folder, which is closed to everybody else.
    '--auth-local=trust',
    '--auth-host=reject',
    '--data-checksums',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ];
  const child = spawn(command, args, {
    ...user.spawn,
    cwd: '/',
    env: serverEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal && { signal }),
  });
  const exited = Promise.withResolvers<number | null>();
  child.on('error', exited.reject);
  child.on('exit', exited.resolve);
  const [problem, code] = await Promise.all([text(child.stderr), exited.promise]);
  if (code !== 0) throw new Error(`Cannot make a Postgres cluster in ${directory}: ${problem.trim().slice(-500)}`);
}

/**
 * The folder of the socket: open to the server's user alone, and refused if somebody else has put one there. Removes
 * what a killed Postgres left in it, which would block the next one if the process number is in use again. Only for the
 * holder of the data folder's lock: what keeps two Postgres off one cluster is the cluster's own pid file.
 */
export async function ensureSocketDir({ socketDir, socket }: EmbeddedPlace, user: ServerUser): Promise<void> {
  if (!(await exists(socketDir))) await makeOwned(socketDir, user);
  const found = await lstat(socketDir);
  if (!found.isDirectory() || found.uid !== user.owner.uid || (found.mode & 0o077) !== 0) {
    throw new Error(`${socketDir} exists and is not a private folder of user id ${user.owner.uid}: remove it`);
  }
  await rm(`${socket}.lock`, { force: true });
}

async function makeOwned(directory: string, { owner }: ServerUser): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  await chown(directory, owner.uid, owner.gid);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
