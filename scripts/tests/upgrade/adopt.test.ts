import { chownSync, copyFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startCluster } from '../../src/backup/cluster.ts';
import { createDrillRecord } from '../../src/backup/drill-record.ts';
import { createKeeper } from '../../src/backup/keeper.ts';
import { createLineage, type Lineage } from '../../src/backup/lineage.ts';
import { createRepository, type Repository } from '../../src/backup/pgbackrest.ts';
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

/** One round of the keeper, and what it says. */
async function keep(repository: Repository, lineage: Lineage): Promise<string[]> {
  const said: string[] = [];
  const stop = new AbortController();
  const drill = async () => {
    stop.abort();
    return 1;
  };
  const record = createDrillRecord({ path: at('drill.json') });
  const schedule = { hours: 24, fullDays: 7, drillHour: 3, keep: 2 };
  const log = (message: string) => void said.push(message);
  const before = async () => undefined;
  const { query: live } = place;
  await createKeeper({ repository, lineage, before, record, live, drill, schedule, now: Date.now, log }).run(
    stop.signal,
  );
  return said;
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
  const lineage = createLineage({ path: at('lineage') });
  await copyCluster({ run: place.run, old, folder: next, startCluster: start, lineage, print: () => {} });

  await exchange(next, at('old'));
  for (const statement of frozen(false)) await place.query(statement);
  // As if whoever made the upgrade had been killed here: the next backup that is due is one of what has changed.
  expect(await keep(repository, lineage)).toContain('the backups are those of what serves now');
  await repository.make('diff', 1);
  expect([await count(), (await repository.list()).map(({ kind }) => kind)]).toEqual(['100', ['full', 'full']]);

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
