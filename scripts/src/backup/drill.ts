import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { must, type Run, ScriptError } from '../platform/run.ts';
import { type AppProcess, follow } from './app-process.ts';
import type { Cluster, Query } from './cluster.ts';
import { differing, type Figures, readFigures } from './figures.ts';
import type { Repository } from './pgbackrest.ts';
import { ensureRoom, sizeOf } from './room.ts';

type Deps = {
  run: Run;
  repository: Pick<Repository, 'restore'>;
  /** The Postgres that serves. */
  live: Query;
  /** Where the throw-away cluster goes. */
  folder: string;
  startCluster: (folder: string) => Promise<Cluster>;
  startApp: (databaseUrl: string) => Promise<AppProcess>;
  now: () => number;
  print: (line: string) => void;
};

/** What the service wrote less than this many seconds ago is left out: it may still be on its way. */
const settled = 60;
const tries = 10;
const sampled = 20;
/** On this machine: storage elsewhere may be away, and reading all of it each night is paid for. */
const first = 1;

/**
 * Counts of the live database and the position in the archive from which they can be restored. Taken again when somebody
 * changed what is older meanwhile.
 */
async function readLive({ live, now }: Deps): Promise<{ before: number; figures: Figures }> {
  const before = Math.floor(now() / 1_000) - settled;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const figures = await readFigures(live, before);
    await live('select pg_switch_wal()');
    if (differing(figures, await readFigures(live, before)).length === 0) return { before, figures };
  }
  throw new ScriptError('the history of the live database does not stand still: nothing can be compared with it');
}

/** Every page against its checksum, and what indexes say against the tables. */
async function checkPages({ run, folder }: Deps, cluster: Cluster): Promise<void> {
  await cluster.query('create extension if not exists amcheck');
  const place = ['-h', '127.0.0.1', '-U', 'shortstack', '-p', new URL(cluster.url).port];
  await must(run('pg_amcheck', [...place, '--on-error-stop', 'shortstack'], { timeout: 1_800_000 }), 'checking pages');
  await cluster[Symbol.asyncDispose]();
  await must(run('pg_checksums', ['--check', '--pgdata', folder], { timeout: 1_800_000 }), 'checking checksums');
}

async function followLinks({ startApp }: Deps, { query, url }: Cluster): Promise<number> {
  const usable = 'is_active and max_clicks is null and expires_at is null and not forward_query';
  const links = await query(
    `select short_code, original_url from urls where ${usable} order by id desc limit ${sampled}`,
  );
  await using app = await startApp(url);
  for (const [code = '', expected] of links) {
    const location = await follow(app.base, code);
    if (location !== expected) throw new ScriptError(`/${code} leads to ${location} instead of ${expected}`);
  }
  return links.length;
}

/**
 * Restores the newest state into a throw-away cluster beside the live one, and throws unless all of it is there: counts
 * and checksums are those of the live database, pages are whole, and a real replica redirects from it. Writes nothing where
 * there is no room. Answers seconds.
 */
export async function drill(deps: Deps): Promise<number> {
  const { run, repository, live, folder, startCluster, now, print } = deps;
  const start = now();
  await rm(folder, { recursive: true, force: true });
  await ensureRoom(dirname(folder), await sizeOf(live));
  const { before, figures } = await readLive(deps);
  await must(run('mkdir', ['-p', '-m', '700', folder]), 'making room');
  try {
    await repository.restore(folder, { kind: 'latest' }, first);
    await using cluster = await startCluster(folder);
    print(`restored after ${Math.round((now() - start) / 1_000)} s`);
    const wrong = differing(figures, await readFigures(cluster.query, before));
    if (wrong.length > 0)
      throw new ScriptError(`what was restored differs from the live database: ${wrong.join(', ')}`);
    print(`${figures.urls} urls and ${figures.events} events are what the live database has`);
    print(`${await followLinks(deps, cluster)} links lead where they should`);
    await checkPages(deps, cluster);
    print('every page and index is whole');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return (now() - start) / 1_000;
}
