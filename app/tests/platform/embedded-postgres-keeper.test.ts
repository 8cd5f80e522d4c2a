import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { lockDataDir } from '../../src/platform/data-lock.ts';
import { keepEmbeddedPostgres } from '../../src/platform/embedded-postgres-keeper.ts';
import { embeddedPlace } from '../../src/platform/embedded-postgres-place.ts';
import type { Exit } from '../../src/platform/embedded-postgres-server.ts';
import { usedDataFolder } from '../support/made-cluster.ts';
import { send } from '../support/processes.ts';
import { until } from '../support/until.ts';

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  const connected = client.connect().then(
    () => true,
    () => false,
  );
  if (await connected) await client.end();
  return connected;
}

test('killed once it is there again, killed twice it is lost, and the folder is free after the disposal', async () => {
  await using folder = await usedDataFolder();
  const { path: dataDir } = folder;
  const restarts: Exit[] = [];
  {
    await using kept = await keepEmbeddedPostgres({ dataDir, onRestart: (exit) => restarts.push(exit) });
    const pidFile = join(embeddedPlace(dataDir).cluster, 'postmaster.pid');
    const kill = async () => send(Number.parseInt(await readFile(pidFile, 'utf8'), 10), 'SIGKILL');
    await kill();
    await until(() => restarts.length === 1);
    await until(() => answers(kept.url));
    expect(restarts).toEqual([{ code: null, signal: 'SIGKILL' }]);
    await kill();
    // It takes connections a moment before its start is over: killed in that moment, it did not start.
    expect((await kept.lost).message).toMatch(/ended again soon|did not start/);
  }
  await using again = await keepEmbeddedPostgres({ dataDir, onRestart: () => {} });
  expect(await answers(again.url)).toBe(true);
});

test('told to end while it starts again: the disposal ends what was started', async () => {
  await using folder = await usedDataFolder();
  const { path: dataDir } = folder;
  const restarting = Promise.withResolvers<void>();
  const kept = await keepEmbeddedPostgres({ dataDir, onRestart: () => restarting.resolve() });
  send(Number.parseInt(await readFile(join(embeddedPlace(dataDir).cluster, 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');
  await restarting.promise;
  await kept[Symbol.asyncDispose]();
  expect(await answers(kept.url)).toBe(false);
  using lock = await lockDataDir(dataDir);
  expect(lock).toBeDefined();
});
