import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { drill } from '../../src/backup/drill.ts';
import { ensureRoom } from '../../src/backup/room.ts';
import { copyCluster } from '../../src/upgrade/copy.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'room-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

const none = () => Promise.reject(new Error('something was begun'));
/** A Postgres with more than any disk takes. */
const huge = async (sql: string) => (sql.includes('pg_database_size') ? [[`${1e18}`]] : none());

test('what fits is let in', async () => await ensureRoom(folder, 0));

test('a drill of what does not fit → refused before anything is read or written', async () => {
  const deps = { run: none, repository: { restore: none }, live: huge, startCluster: none, startApp: none };
  const scratch = join(folder, 'drill');
  const refused = drill({ ...deps, folder: scratch, now: Date.now, print: () => {} });
  await expect(refused).rejects.toThrow(
    /no room for a second copy of the database: it wants .* GB, and .* GB are free/,
  );
  expect(existsSync(scratch)).toBe(false);
});

test('a copy to another version that does not fit → refused before a cluster is made', async () => {
  const old = { host: '127.0.0.1', port: 1, query: huge };
  const lineage = { add: none };
  const refused = copyCluster({ run: none, old, folder, startCluster: none, lineage, print: () => {} });
  await expect(refused).rejects.toThrow('no room for a second copy');
});
