import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster, Query } from '../backup/cluster.ts';
import type { Lineage } from '../backup/lineage.ts';
import { ensureRoom, sizeOf } from '../backup/room.ts';
import { must, type Run, ScriptError } from '../platform/run.ts';
import { differences, readContents } from './tables.ts';

type Deps = {
  run: Run;
  /** The Postgres of the version before, which takes no changes meanwhile. */
  old: { host: string; port: number; query: Query };
  /** An empty folder, which becomes a cluster of the version that is installed here. */
  folder: string;
  startCluster: (folder: string) => Promise<Cluster>;
  lineage: Pick<Lineage, 'add'>;
  print: (line: string) => void;
};

const longest = 7_200_000;
const user = 'shortstack';

/** A cluster as Postgres's image makes one, with an empty database; from the network it asks for a password. */
export async function makeCluster({ run, folder }: Pick<Deps, 'run' | 'folder'>): Promise<void> {
  const how = ['--data-checksums', '--encoding=UTF8', '--locale=C', '--auth=trust'];
  await must(run('initdb', ['-D', folder, '-U', user, ...how], { timeout: longest }), 'making the new cluster');
  await appendFile(join(folder, 'pg_hba.conf'), '\nhost all all all scram-sha-256\n');
  await appendFile(join(folder, 'postgresql.conf'), "\nlisten_addresses = '*'\n");
  const alone = ['--single', '-D', folder, 'postgres'];
  await must(run('postgres', alone, { input: `create database ${user} template template0\n` }), 'making the database');
}

/** Standard output of one into the other; the first that fails ends both. Arguments: host, port of both sides. */
const pipeline = (from: string, to: string): string => `set -euo pipefail; ${from} | ${to}`;
const dumpFrom = '-h "$1" -p "$2" -U shortstack';
const into = 'psql -XAq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$3" -U shortstack';
const roles = pipeline(
  `pg_dumpall ${dumpFrom} -l shortstack --roles-only | grep -v '^CREATE ROLE shortstack;$'`,
  `${into} -d postgres`,
);
const database = pipeline(`pg_dump ${dumpFrom} -d shortstack`, `${into} --single-transaction -d shortstack`);

/**
 * Copies roles with their passwords and the whole database into a new cluster, and throws unless every table has the same
 * rows there and every sequence stands where it stood. The old one is only read. From then on the backups are those of either.
 */
export async function copyCluster(deps: Deps): Promise<void> {
  const { run, old, folder, startCluster, lineage, print } = deps;
  await ensureRoom(folder, await sizeOf(old.query));
  await makeCluster(deps);
  await using cluster = await startCluster(folder);
  const { port } = new URL(cluster.url);
  const shell = (script: string, doing: string) =>
    must(run('bash', ['-c', script, 'bash', old.host, String(old.port), port], { timeout: longest }), doing);
  await shell(roles, 'copying the roles');
  await shell(database, 'copying the database');
  print('copied; comparing every table');
  const [before, after] = await Promise.all([readContents(old.query), readContents(cluster.query)]);
  const wrong = differences(before, after);
  if (wrong.length > 0) throw new ScriptError(`the copy differs from what is served: ${wrong.join(', ')}`);
  if (Object.keys(before).length === 0) throw new ScriptError('there is nothing to copy');
  print(`${Object.keys(before).length} tables and sequences are the same`);
  await cluster.query('analyze');
  for (const one of [old, cluster]) await lineage.add(one.query);
}
