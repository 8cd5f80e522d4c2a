import { appendFile, readFile } from 'node:fs/promises';
import type { Query } from './cluster.ts';

/**
 * The clusters that are one database: whichever of them serves, the backups are its own. An empty one that somebody started
 * beside the backups is none of them.
 */
export type Lineage = {
  add(cluster: Query): Promise<void>;
  has(cluster: Query): Promise<boolean>;
};

const identify = async (cluster: Query): Promise<string> =>
  (await cluster('select system_identifier from pg_control_system()'))[0]?.[0] ?? '';

/** Kept in a file beside the backups, a system identifier a line: an upgrade adds to it before Postgres moves. */
export function createLineage({ path }: { path: string }): Lineage {
  async function read(): Promise<string[]> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').filter((line) => line !== '');
  }
  const has = async (cluster: Query) => (await read()).includes(await identify(cluster));
  return {
    has,
    async add(cluster) {
      if (!(await has(cluster))) await appendFile(path, `${await identify(cluster)}\n`);
    },
  };
}
