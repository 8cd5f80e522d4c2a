import { statfs } from 'node:fs/promises';
import { ScriptError } from '../platform/run.ts';
import type { Query } from './cluster.ts';

const gigabyte = 1e9;
/** Of a cluster beside its tables: settings, and the log (WAL) that is written while it is filled. */
const margin = { share: 0.1, bytes: gigabyte };

const shown = (bytes: number): string => `${(bytes / gigabyte).toFixed(1)} GB`;

/** Bytes that must be free before a second copy of a database of so many is made: a drill, a restore, an upgrade. */
export const roomFor = (bytes: number): number => bytes * (1 + margin.share) + margin.bytes;

/** Bytes of all databases of a cluster. */
export async function sizeOf(cluster: Query): Promise<number> {
  return Number((await cluster('select sum(pg_database_size(oid)) from pg_database'))[0]?.[0]);
}

/**
 * Throws unless a copy of so many bytes fits into a folder that is there, with some room to spare: the disk is that of Postgres
 * and of the queue, which stop when it is full.
 */
export async function ensureRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const [free, wanted] = [bavail * bsize, roomFor(bytes)];
  if (free >= wanted) return;
  const remedy = 'a larger disk, or free some (docker system df shows what images and volumes take)';
  throw new ScriptError(
    `no room for a second copy of the database: it wants ${shown(wanted)}, and ${shown(free)} are free. What helps: ${remedy}`,
  );
}
