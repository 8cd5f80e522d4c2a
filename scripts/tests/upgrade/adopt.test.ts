import { chownSync, copyFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startCluster } from '../../src/backup/cluster.ts';
import { createRepository } from '../../src/backup/pgbackrest.ts';
import { copyCluster } from '../../src/upgrade/copy.ts';
import { frozen, thawCluster } from '../../src/upgrade/thaw.ts';
import { fill, freePort, type Place, startPlace } from '../backup/support.ts';

jest.setTimeout(300_000);

let place: Place;
beforeAll(async () => {
  place = await startPlace();
  await fill(place.query, 100, 500);
});
afterAll(async () => await place?.[Symbol.asyncDispose]());

const start = async (at: string) => startCluster({ run: place.run, folder: at, port: await freePort() });
const count = async () => (await place.query('select count(*) from urls'))[0]?.[0];
const at = (name: string) => join(place.folder, name);

/** Another cluster takes the place of the one that serves, with its settings. */
async function exchange(next: string, aside: string): Promise<void> {
  await place.stop();
  copyFileSync(join(at('data'), 'postgresql.auto.conf'), join(next, 'postgresql.auto.conf'));
  renameSync(at('data'), aside);
  renameSync(next, at('data'));
  await place.start();
}

test('backups go on after a copy took the place of a cluster, and after the way back; the copy is made of one that stands still', async () => {
  const repository = createRepository({ run: place.run });
  await repository.create();
  await repository.make('full', 1);
  for (const statement of frozen(true)) await place.query(statement);
  await expect(place.query("insert into urls (short_code, original_url) values ('no', 'x')")).rejects.toThrow(
    'read-only',
  );
  const next = at('next');
  mkdirSync(next, { mode: 0o700 });
  const { uid, gid } = statSync(at('data'));
  chownSync(next, uid, gid);
  const old = { host: '127.0.0.1', port: place.port, query: place.query };
  await copyCluster({ run: place.run, old, folder: next, startCluster: start, print: () => {} });

  await exchange(next, at('old'));
  for (const statement of frozen(false)) await place.query(statement);
  await repository.adopt();
  await repository.make('full', 1);
  expect([await count(), (await repository.list()).length]).toEqual(['100', 2]);

  const asked: string[] = [];
  const runApp = async (verb: string) => void asked.push(verb);
  await thawCluster({ folder: at('old'), startCluster: start, runApp });
  expect(asked).toEqual(['restored']);
  await exchange(at('old'), at('left'));
  await repository.adopt();
  await repository.make('full', 1);
  await place.query("insert into urls (short_code, original_url) values ('again', 'https://example.com/')");
  expect(await count()).toBe('101');
  await repository.verify();
});
