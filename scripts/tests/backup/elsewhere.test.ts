import {
  chownSync,
  copyFileSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runApp } from '../../src/backup/app-process.ts';
import { beginPlaces } from '../../src/backup/begin.ts';
import { startCluster } from '../../src/backup/cluster.ts';
import { createRepository, type Repository } from '../../src/backup/pgbackrest.ts';
import type { OffSite } from '../../src/backup/repository-config.ts';
import { restoreBeside, type Source } from '../../src/backup/restore.ts';
import { createSources } from '../../src/backup/sources.ts';
import { createRun } from '../../src/platform/run.ts';
import { type ObjectStorage, startObjectStorage } from './object-storage.ts';
import { fill, firstGeneration, freePort, keep, type Place, root, startPlace, writeConfig } from './support.ts';

// Each restores a cluster: on a busy machine that takes its time.
jest.setTimeout(400_000);

const account = { key: 'key-of-a-test', secret: 'secret-of-a-test' };
const offSite: OffSite = { bucket: 'backups', endpoint: 'localhost', region: 'fra1', ...account };
const codes = "select string_agg(short_code, ',' order by id) from urls where short_code in ('one', 'two', 'three')";

let place: Place;
let newPlace: Place;
let storage: ObjectStorage;
const open = (where: Place): Repository => createRepository({ run: where.run });
const add = (code: string, where = place) =>
  where.query(`insert into urls (short_code, original_url) values ('${code}', 'https://example.com/${code}')`);
const archived = (where: Place) => where.query('select pg_switch_wal()');
const codesOf = async (where: Place) => (await where.query(codes))[0]?.[0];

/** pgBackRest's file as the stack has it, but for where the storage is; answers its path. */
function writeWith(where: Place, secret: string, name: string): string {
  const path = writeConfig(where.folder, where.port, [firstGeneration], name, { ...offSite, secret });
  const at = [`repo2-storage-port=${storage.port}`, `repo2-storage-ca-file=${storage.certificate}`];
  const text = readFileSync(path, 'utf8').replace('io-timeout=5', 'io-timeout=1');
  writeFileSync(path, text.replace('[global]\n', `[global]\n${at.join('\n')}\n`));
  return path;
}

const sources = (where: Place) =>
  createSources({ repositories: [{ repository: open(where), config: join(where.folder, 'pgbackrest.conf') }] });

/** A cluster beside the one that serves, with the last transaction that was archived; answers its folder. */
async function restoreLatest(where: Place, sources: readonly Source[]): Promise<string> {
  const folder = join(where.folder, 'restored', 'data');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const { uid, gid } = statSync(join(where.folder, 'data'));
  chownSync(folder, uid, gid);
  const start = async (at: string) => startCluster({ run: where.run, folder: at, port: await freePort() });
  const app = { root, env: where.env, run: createRun({ cwd: root, env: where.env }) };
  const verbs = (verb: string, url: string) => runApp(app, verb, url);
  const deps = { sources, folder, startCluster: start, runApp: verbs, print: () => {} };
  await restoreBeside(deps, { kind: 'latest' });
  return folder;
}

/** As the verb does by volumes: what was restored takes the place of what served, with its settings. */
async function swap(where: Place, folder: string): Promise<void> {
  const data = join(where.folder, 'data');
  await where.stop();
  copyFileSync(join(data, 'postgresql.auto.conf'), join(folder, 'postgresql.auto.conf'));
  renameSync(data, join(where.folder, `data-${Date.now()}`));
  renameSync(folder, data);
  // In the stack whoever restores is the user whose Postgres it is.
  const { uid, gid } = statSync(join(data, 'PG_VERSION'));
  for (const file of globSync(join(data, 'pg_wal', 'archive_status', '*.ready'))) chownSync(file, uid, gid);
  await where.start();
}

beforeAll(async () => {
  place = await startPlace();
  storage = await startObjectStorage(place.folder, offSite.bucket, account);
  writeWith(place, account.secret, 'pgbackrest.conf');
  await fill(place.query, 100, 20_000);
});
afterAll(async () => {
  await storage?.[Symbol.asyncDispose]();
  await newPlace?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});

test('storage elsewhere gets a full backup of its own, and all WAL', async () => {
  await beginPlaces({ repository: open(place), now: Date.now });
  expect((await open(place).list()).map(({ kind, repository }) => [repository, kind])).toEqual([
    [1, 'full'],
    [2, 'full'],
  ]);
  await add('one');
  await archived(place);
  expect([...storage.objects.keys()].some((name) => /^shortstack\/archive\/main\/.*\.zst$/.test(name))).toBe(true);
  await open(place).verify(2);
  expect(storage.refused).toBe(0);
});

test('once there is one more than are kept, the oldest full backup goes, in both places', async () => {
  const repository = open(place);
  const labelsOf = async (at: number) => (await repository.list(at)).map(({ label }) => label);
  const first = [...(await labelsOf(1)), ...(await labelsOf(2))];
  const stored = () =>
    first.map((label) => [
      globSync(join(place.repository, 'backup', 'main', label)).length > 0,
      [...storage.objects.keys()].some((name) => name.startsWith(`shortstack/backup/main/${label}/`)),
    ]);
  expect(stored().flat().filter(Boolean)).toHaveLength(2);
  for (const at of [1, 2]) {
    await repository.make('full', at);
    expect((await labelsOf(at)).length).toBe(keep);
    await repository.make('full', at);
    expect((await labelsOf(at)).length).toBe(keep);
    expect(first).not.toContain((await labelsOf(at))[0]);
  }
  expect(stored().flat()).not.toContain(true);
});

test('nobody reads in it without the passphrase', () => {
  const kept = [...storage.objects].filter(([name]) => name.includes('/bundle/') || name.endsWith('.zst'));
  expect(kept.length).toBeGreaterThan(1);
  for (const [, bytes] of kept) expect(bytes.toString('latin1', 0, 8)).toBe('Salted__');
});

test('another secret → it says so, and nothing is written there', async () => {
  const backups = () => [...storage.objects.keys()].filter((name) => name.includes('/backup/'));
  const had = backups();
  const stranger = createRepository({ run: place.run, config: writeWith(place, 'wrong', 'wrong.conf') });
  await expect(stranger.make('full', 2)).rejects.toThrow('SignatureDoesNotMatch');
  expect(storage.refused).toBeGreaterThan(0);
  expect(backups()).toEqual(had);
});

describe('the machine is gone, a new one has the settings of backups', () => {
  beforeAll(async () => {
    await add('two');
    await archived(place);
    await place.stop();
    newPlace = await startPlace();
    writeWith(newPlace, account.secret, 'pgbackrest.conf');
  });

  test('its empty database leaves alone what is kept elsewhere, and is kept here', async () => {
    const had = [...storage.objects.keys()];
    await expect(open(newPlace).create()).rejects.toThrow('do not match the database');
    await add('three', newPlace);
    await open(newPlace).make('full', 1);
    await expect(open(newPlace).make('full', 2)).rejects.toThrow();
    expect([...storage.objects.keys()]).toEqual(had);
  });

  test('everything comes back from there, and backups go on in both places', async () => {
    await swap(newPlace, await restoreLatest(newPlace, (await sources(newPlace)).away));
    expect(await codesOf(newPlace)).toBe('one,two');
    await open(newPlace).adopt();
    for (const one of [1, 2]) await open(newPlace).make('full', one);
    await add('three', newPlace);
    await archived(newPlace);
    const folder = await restoreLatest(newPlace, (await sources(newPlace)).away);
    await using cluster = await startCluster({ run: newPlace.run, folder, port: await freePort() });
    expect((await cluster.query(codes))[0]?.[0]).toBe('one,two,three');
  });
});

/**
 * Does what Postgres would do a minute later, again and again until the work is done: it offers the first piece of WAL
 * that is not everywhere, for which pgBackRest answers that it failed.
 */
async function whileOffered<T>(where: Place, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  while (!done) {
    const wal = join(where.folder, 'data', 'pg_wal');
    const [first] = globSync(join(wal, 'archive_status', '*.ready')).toSorted();
    const segment = first && join(wal, basename(first, '.ready'));
    if (segment) await where.run('pgbackrest', ['--stanza=main', 'archive-push', segment]);
    await sleep(100);
  }
  return await ended;
}

/** What is written until now is in the repository of this machine. */
async function untilArchivedHere(where: Place): Promise<void> {
  const [[segment = ''] = []] = await where.query('select pg_walfile_name(pg_current_wal_lsn())');
  await archived(where);
  const found = () => globSync(join(where.repository, 'archive', 'main', '*', '*', `${segment}-*`)).length > 0;
  while (!found()) await sleep(100);
}

describe('it does not answer', () => {
  beforeAll(async () => await storage[Symbol.asyncDispose]());

  test('what is written after that is in the repository of this machine all the same', async () => {
    await add('four', newPlace);
    await archived(newPlace);
    await add('five', newPlace);
    await whileOffered(newPlace, untilArchivedHere(newPlace));
    const folder = await restoreLatest(newPlace, (await sources(newPlace)).all);
    await using cluster = await startCluster({ run: newPlace.run, folder, port: await freePort() });
    const found = await cluster.query("select count(*) from urls where short_code in ('four', 'five')");
    expect(found).toEqual([['2']]);
  });
});
