import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { migrate } from '../../src/platform/migrator.ts';
import { sharedStores } from './shared-stores.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);

/** Makes an embedded Postgres's data folder with every migration applied, for others to copy: making one takes seconds. */
export async function makeCluster(dataDir: string): Promise<void> {
  await using postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
  await migrate(postgres.url);
}

/** Makes `dataDir`, as a first start and a clean stop would have left it. With cp, which keeps the owner. */
export async function copyCluster(made: string, dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await run('cp', ['-a', join(made, 'postgres'), join(dataDir, 'postgres')]);
}

/** A new folder in which an embedded Postgres has run before, for tests that are not about its first start. */
export async function usedDataFolder(): Promise<TemporaryFolder> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  await copyCluster(sharedStores().cluster, folder.path);
  stack.move();
  return folder;
}
