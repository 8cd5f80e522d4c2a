import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScriptError } from '../platform/run.ts';
import type { Backup } from './backup.ts';
import type { Cluster } from './cluster.ts';
import type { Target } from './pgbackrest.ts';
import { ensureRoom } from './room.ts';

/** Where a restore may come from: a repository, or one of its places. */
export type Source = {
  list(): Promise<Backup[]>;
  verify(): Promise<void>;
  restore(folder: string, target: Target): Promise<void>;
};

type Deps = {
  /** The first that reaches the target is taken. */
  sources: readonly Source[];
  /** An empty folder, which becomes the cluster. */
  folder: string;
  startCluster: (folder: string) => Promise<Cluster>;
  /** Runs a verb of the app on a database. */
  runApp: (verb: string, databaseUrl: string) => Promise<void>;
  print: (line: string) => void;
};

const secondsOf = (time: string): number => Date.parse(time.replace(' ', 'T')) / 1_000;

const reaches = (target: Target, backups: readonly Backup[]): boolean => {
  if (target.kind === 'label') return backups.some(({ label }) => label === target.label);
  return backups.length > 0 && (target.kind === 'latest' || secondsOf(target.time) >= (backups[0]?.stop ?? 0));
};

/** Bytes of the database at a target, as far as backups tell: of the backup, else of the newest one before it. */
function sizeAt(target: Target, backups: readonly Backup[]): number {
  const before = target.kind === 'time' ? secondsOf(target.time) : Number.POSITIVE_INFINITY;
  const found =
    target.kind === 'label'
      ? backups.find(({ label }) => label === target.label)
      : backups.findLast(({ stop }) => stop <= before);
  return found?.size ?? 0;
}

/** The first from which one can get to a target, and the size of what is there then; throws what there is instead, or that it cannot be read. */
async function findSource({ sources, print }: Deps, target: Target): Promise<{ source: Source; size: number }> {
  const all: Backup[] = [];
  const unread: unknown[] = [];
  for (const source of sources) {
    try {
      const backups = await source.list();
      if (reaches(target, backups)) return { source, size: sizeAt(target, backups) };
      all.unshift(...backups);
    } catch (error) {
      print((error as Error).message);
      unread.push(error);
    }
  }
  if (unread.length > 0) throw unread[0];
  if (all.length === 0) throw new ScriptError('there is no backup');
  if (target.kind === 'label')
    throw new ScriptError(`there is no backup ${target.label}; there are ${all.map(({ label }) => label).join(', ')}`);
  throw new ScriptError(
    `the first backup was made after that, at ${new Date((all[0]?.stop ?? 0) * 1_000).toISOString()}`,
  );
}

/**
 * The history of the new timeline goes into the archive when the cluster serves, and not before: a restore that is given
 * up leaves no trace.
 */
async function handOverHistory(folder: string): Promise<void> {
  const histories = (await readdir(join(folder, 'pg_wal'))).filter((name) => name.endsWith('.history')).sort();
  const newest = histories.at(-1);
  if (newest) await writeFile(join(folder, 'pg_wal', 'archive_status', `${newest}.ready`), '');
}

/**
 * Makes a cluster beside the one that serves, which it does not touch: checks what is stored, restores, lets Postgres get
 * to the target, brings the schema to this release's, and moves on what may have been handed out since (decision 52).
 */
export async function restoreBeside(deps: Deps, target: Target): Promise<void> {
  const { folder, startCluster, runApp, print } = deps;
  const { source, size } = await findSource(deps, target);
  await ensureRoom(folder, size);
  print('verifying what is stored');
  await source.verify();
  print('restoring');
  await source.restore(folder, target);
  await using cluster = await startCluster(folder);
  await runApp('migrate', cluster.url);
  await runApp('restored', cluster.url);
  const [row] = await cluster.query('select count(*), max(updated_at) from urls');
  print(`${row?.[0]} urls, the last one changed at ${row?.[1] || 'no time'}`);
  await handOverHistory(folder);
}

/**
 * Makes a cluster that was replaced ready to serve again, on a timeline after all that there were: on its own it would
 * go on in a past whose WAL is expired as soon as it is archived. Codes and caches move past what was handed out since.
 */
export async function returnTo({ folder, startCluster, runApp }: Omit<Deps, 'sources'>): Promise<void> {
  const command = `pgbackrest --stanza=main --pg1-path=${folder} archive-get %f "%p"`;
  // It may come from a restore itself, whose target stands in its settings still: there is nothing on the way to that now.
  const targets = "recovery_target = ''\nrecovery_target_time = ''\nrecovery_target_timeline = 'current'\n";
  const settings = `\nrestore_command = '${command}'\n${targets}`;
  await appendFile(join(folder, 'postgresql.auto.conf'), settings);
  await writeFile(join(folder, 'recovery.signal'), '');
  await using cluster = await startCluster(folder);
  // Twice: the one that took its place has moved on once.
  await runApp('restored', cluster.url);
  await runApp('restored', cluster.url);
  await handOverHistory(folder);
}
