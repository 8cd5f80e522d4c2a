import { chownSync, copyFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRepository } from '../../src/backup/pgbackrest.ts';
import type { Run } from '../../src/platform/run.ts';
import { makeCluster } from '../../src/upgrade/copy.ts';
import { type ObjectStorage, startObjectStorage } from '../backup/object-storage.ts';
import { firstGeneration, type Place, startPlace, writeConfig } from '../backup/support.ts';

jest.setTimeout(300_000);

const account = { key: 'key-of-a-test', secret: 'secret-of-a-test' };
const offSite = { bucket: 'backups', endpoint: 'localhost', region: 'fra1', ...account };

let place: Place;
let storage: ObjectStorage;
beforeAll(async () => {
  place = await startPlace();
  storage = await startObjectStorage(place.folder, offSite.bucket, account);
  const path = writeConfig(place.folder, place.port, [firstGeneration], 'pgbackrest.conf', offSite);
  const at = [`repo2-storage-port=${storage.port}`, `repo2-storage-ca-file=${storage.certificate}`];
  const text = readFileSync(path, 'utf8').replace('io-timeout=5', 'io-timeout=1');
  writeFileSync(path, text.replace('[global]\n', `[global]\n${at.join('\n')}\n`));
});
afterAll(async () => {
  await storage?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});

/** Another cluster takes the place of the one that serves. */
async function exchange(): Promise<void> {
  const [data, next] = [join(place.folder, 'data'), join(place.folder, 'next')];
  mkdirSync(next, { mode: 0o700 });
  const { uid, gid } = statSync(data);
  chownSync(next, uid, gid);
  await makeCluster({ run: place.run, folder: next });
  await place.stop();
  copyFileSync(join(data, 'postgresql.auto.conf'), join(next, 'postgresql.auto.conf'));
  renameSync(data, join(place.folder, 'old'));
  renameSync(next, data);
  await place.start();
}

test('storage elsewhere is away when another cluster takes the place → here it is adopted at once, elsewhere when that answers', async () => {
  const repository = createRepository({ run: place.run });
  await repository.create();
  for (const at of [1, 2]) await repository.make('full', at);
  await exchange();
  const closed: Run = (program, args, options) =>
    place.run(program, args, { ...options, env: { ...options?.env, PGBACKREST_REPO2_STORAGE_PORT: '1' } });
  const away = createRepository({ run: closed });
  await expect(away.create()).rejects.toThrow();
  await expect(away.adopt()).rejects.toThrow('unable to connect');
  const config = writeConfig(place.folder, place.port, [firstGeneration], 'here.conf');
  await createRepository({ run: place.run, config }).create();
  await expect(repository.create()).rejects.toThrow('do not match the database');
  await repository.adopt();
  for (const at of [1, 2]) await repository.make('diff', at);
  const kinds = (await repository.list()).map(({ repository: at, kind }) => [at, kind]);
  expect(kinds).toEqual([
    [1, 'full'],
    [2, 'full'],
    [1, 'full'],
    [2, 'full'],
  ]);
});
