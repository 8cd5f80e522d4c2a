import { chownSync, existsSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runApp } from '../../src/backup/app-process.ts';
import { openBefore } from '../../src/backup/before.ts';
import { beginPlaces } from '../../src/backup/begin.ts';
import { startCluster } from '../../src/backup/cluster.ts';
import { createRepository, type Target } from '../../src/backup/pgbackrest.ts';
import { restoreBeside } from '../../src/backup/restore.ts';
import { parseWanted } from '../../src/backup/target.ts';
import { createRun } from '../../src/platform/run.ts';
import { fill, firstGeneration, freePort, type Place, root, startPlace, writeConfig } from './support.ts';

// Each restores a cluster: on a busy machine that takes its time.
jest.setTimeout(400_000);

const second = { number: 2, passphrase: 'another-passphrase-of-a-test' };
let place: Place;
let oldLabel = '';
const file = (name: string) => join(place.folder, name);
const open = () => createRepository({ run: place.run });
const before = () =>
  openBefore({ run: place.run, config: file('pgbackrest-before.conf'), later: file('pgbackrest.conf') });
const codes = "select string_agg(short_code, ',' order by id) from urls where short_code in ('one', 'two', 'three')";
const add = (code: string) =>
  place.query(`insert into urls (short_code, original_url) values ('${code}', 'https://example.com/${code}')`);

/** As rotate-secret has the files written. */
const write = (name: string, ...generations: (typeof second)[]) =>
  generations.length > 0 ? writeConfig(place.folder, place.port, generations, name) : writeFileSync(file(name), '');

async function restored(target: Target): Promise<string[][]> {
  const folder = join(place.folder, 'restored', 'data');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const { uid, gid } = statSync(join(place.folder, 'data'));
  chownSync(folder, uid, gid);
  const start = async (at: string) => startCluster({ run: place.run, folder: at, port: await freePort() });
  const app = { root, env: place.env, run: createRun({ cwd: root, env: place.env }) };
  const sources = [open(), await before()].filter((one) => one !== undefined);
  const verbs = (verb: string, url: string) => runApp(app, verb, url);
  await restoreBeside({ sources, folder, startCluster: start, runApp: verbs, print: () => {} }, target);
  await using cluster = await start(folder);
  return [...(await cluster.query(codes)), ...(await cluster.query('select timeline_id from pg_control_checkpoint()'))];
}

beforeAll(async () => {
  place = await startPlace();
  await fill(place.query, 100, 200);
  await open().create();
  await open().make('full', 1);
  await add('one');
  await open().make('diff', 1);
  oldLabel = (await open().list()).at(-1)?.label ?? '';
});
afterAll(async () => await place?.[Symbol.asyncDispose]());

describe('the passphrase of backups is renewed', () => {
  let between = '';

  test('meanwhile WAL goes to both places, and the new one gets a full backup of its own', async () => {
    write('pgbackrest.conf', firstGeneration, second);
    write('pgbackrest-before.conf');
    expect(await before()).toBeUndefined();
    await add('two');
    [[between = ''] = []] = await place.query('select clock_timestamp()');
    await beginPlaces({ repository: open(), now: Date.now });
    expect((await open().list()).map(({ kind, repository }) => [repository, kind])).toEqual([
      [1, 'full'],
      [1, 'diff'],
      [2, 'full'],
    ]);
    const had = await open().list();
    await beginPlaces({ repository: open(), now: Date.now });
    expect(await open().list()).toEqual(had);
  });

  test('then it is the only one: backups and restores of the newest state are from there', async () => {
    write('pgbackrest.conf', second);
    write('pgbackrest-before.conf', firstGeneration);
    await add('three');
    await open().make('diff', 1);
    expect((await open().list()).map(({ kind }) => kind)).toEqual(['full', 'diff']);
    expect((await (await before())?.list())?.map(({ kind }) => kind)).toEqual(['full', 'diff']);
    await place.query('select pg_switch_wal()');
    expect((await restored({ kind: 'latest' }))[0]).toEqual(['one,two,three']);
  });

  test('a backup, and a moment, from before can still be gone back to', async () => {
    expect((await restored({ kind: 'label', label: oldLabel }))[0]).toEqual(['one']);
    expect((await restored(parseWanted(['--to', between]).target))[0]).toEqual(['one,two']);
  });

  test('a timeline that was begun since is not begun again by who goes back', async () => {
    const history = join(place.folder, 'data', '00000002.history');
    writeFileSync(history, '1\t0/3000000\tof a restore\n');
    const push = ['--stanza=main', `--pg1-path=${join(place.folder, 'data')}`, 'archive-push', history];
    expect((await place.run('pgbackrest', push)).code).toBe(0);
    expect(await restored(parseWanted(['--to', between]).target)).toEqual([['one,two'], ['3']]);
  });

  test('nothing of the one can be read with the passphrase of the other', async () => {
    writeConfig(place.folder, place.port, [{ ...firstGeneration, passphrase: second.passphrase }], 'wrong.conf');
    await expect(createRepository({ run: place.run, config: file('wrong.conf') }).list()).rejects.toThrow();
  });

  test('they are removed: what is kept since stays', async () => {
    await (await before())?.remove();
    expect(await (await before())?.list()).toEqual([]);
    expect(globSync(join(place.repository, '*', 'main'))).toEqual([]);
    expect(existsSync(join(place.repository, '2', 'backup', 'main'))).toBe(true);
    await open().make('diff', 1);
    expect((await open().list()).length).toBe(3);
  });
});
