import { chownSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runApp, startApp } from '../../src/backup/app-process.ts';
import { startCluster } from '../../src/backup/cluster.ts';
import { drill } from '../../src/backup/drill.ts';
import { createRepository, type Target } from '../../src/backup/pgbackrest.ts';
import { restoreBeside, returnTo } from '../../src/backup/restore.ts';
import { parseWanted } from '../../src/backup/target.ts';
import { createRun } from '../../src/platform/run.ts';
import { fill, freePort, type Place, root, startPlace } from './support.ts';

// Each restores a cluster or two: on a busy machine that takes its time.
jest.setTimeout(400_000);

let place: Place;
let said: string[] = [];
let middle = '';
const print = (line: string) => void said.push(line);
const open = () => createRepository({ run: place.run });
const app = () => ({ root, env: place.env, run: createRun({ cwd: root, env: place.env }) });

async function makeDrill() {
  said = [];
  return await drill({
    run: place.run,
    repository: open(),
    live: place.query,
    folder: join(place.folder, 'scratch', 'drill'),
    startCluster: async (folder) => startCluster({ run: place.run, folder, port: await freePort() }),
    startApp: async (url) => startApp(app(), url, await freePort()),
    now: Date.now,
    print,
  });
}

const moment = (text: string): Target => parseWanted(['--to', text]).target;

/** Restores into an empty folder and answers what a query says there. */
async function restored(target: Target, sql: string): Promise<string[][]> {
  const folder = join(place.folder, 'restored', 'data');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const { uid, gid } = statSync(join(place.folder, 'data'));
  chownSync(folder, uid, gid);
  const start = async (at: string) => startCluster({ run: place.run, folder: at, port: await freePort() });
  const verbs = (verb: string, url: string) => runApp(app(), verb, url);
  await restoreBeside({ sources: [open()], folder, startCluster: start, runApp: verbs, print }, target);
  await using cluster = await start(folder);
  return await cluster.query(sql);
}

beforeAll(async () => {
  place = await startPlace();
  await fill(place.query, 500, 2_000);
  await open().create();
  await open().make('full', 1);
});
afterAll(async () => await place?.[Symbol.asyncDispose]());

describe('backups', () => {
  test('a full one and what has changed since are listed, with sizes', async () => {
    await place.query("insert into urls (short_code, original_url) values ('after', 'https://example.com/after')");
    await open().make('diff', 1);
    const backups = await open().list();
    expect(backups.map(({ kind }) => kind)).toEqual(['full', 'diff']);
    for (const { size, stored, damaged, start, stop } of backups) {
      expect(size).toBeGreaterThan(stored);
      expect([damaged, stop >= start]).toEqual([false, true]);
    }
  });
  test('nobody reads in them without the passphrase', () => {
    const stored = globSync(join(place.repository, 'backup', 'main', '*F', 'bundle', '*')).map((path) =>
      readFileSync(path),
    );
    expect(stored.length).toBeGreaterThan(0);
    for (const bytes of stored) expect(bytes.toString('latin1', 0, 8)).toBe('Salted__');
  });
  test('a repository that is there is left as it is', async () => {
    const before = await open().list();
    await open().create();
    expect(await open().list()).toEqual(before);
  });
});

describe('a drill', () => {
  test('restores what was written a moment ago, compares it with the live database, and follows links', async () => {
    await place.query("insert into urls (short_code, original_url) values ('newest', 'https://example.com/newest')");
    expect(await makeDrill()).toBeGreaterThan(0);
    expect(said.join('\n')).toContain('500 urls and 2000 events are what the live database has');
    expect(said.join('\n')).toContain('20 links lead where they should');
    expect(globSync(join(place.folder, 'scratch', '*'))).toEqual([]);
  });
  test('a live database that lacks what the backup has is noticed', async () => {
    const repository = { restore: async (folder: string) => open().restore(folder, await firstBackup()) };
    const [row] = await place.query('select count(*) from urls');
    await place.query(`update urls set created_at = now() - interval '1 hour' where short_code = 'newest'`);
    const broken = drill({
      run: place.run,
      repository,
      live: place.query,
      folder: join(place.folder, 'scratch', 'drill'),
      startCluster: async (folder) => startCluster({ run: place.run, folder, port: await freePort() }),
      startApp: async (url) => startApp(app(), url, await freePort()),
      now: Date.now,
      print,
    });
    await expect(broken).rejects.toThrow('differs from the live database: urls, links');
    expect(Number(row?.[0])).toBe(502);
  });
});

const firstBackup = async (): Promise<Target> => {
  const [first] = await open().list();
  return { kind: 'label', label: first?.label ?? '' };
};

describe('a restore', () => {
  test('to a moment between two changes has the first and not the second', async () => {
    await place.query("insert into urls (short_code, original_url) values ('first', 'https://example.com/1')");
    [[middle = ''] = []] = await place.query('select clock_timestamp()');
    await place.query("delete from urls where short_code in ('code1', 'first')");
    await place.query('select pg_switch_wal()');
    const codes = await restored(
      moment(middle),
      "select short_code from urls where short_code in ('code1', 'first') order by 1",
    );
    expect(codes).toEqual([['code1'], ['first']]);
  });
  test('to the newest state has the second as well, and hands out no code and no id again', async () => {
    const [live] = await place.query('select max(id) from urls');
    const found = await restored(
      { kind: 'latest' },
      "select (select count(*) from urls where short_code in ('code1', 'first')), nextval('urls_id_seq')",
    );
    expect(found[0]?.[0]).toBe('0');
    expect(Number(found[0]?.[1])).toBeGreaterThan(Number(live?.[0]) + 999_999_999);
  });
  test('to a backup has what was there then', async () =>
    expect(await restored(await firstBackup(), 'select count(*) from urls')).toEqual([['500']]));
  test('the live database goes on meanwhile, on its own timeline', async () => {
    await place.query("insert into urls (short_code, original_url) values ('later', 'https://example.com/later')");
    expect(await place.query('select timeline_id from pg_control_checkpoint()')).toEqual([['1']]);
    await makeDrill();
  });
  test('a target that is none changes nothing', async () => {
    await expect(restored({ kind: 'label', label: '20200101-000000F' }, 'select 1')).rejects.toThrow(
      'there is no backup',
    );
    await expect(restored(moment('2020-01-01T00:00:00+00:00'), 'select 1')).rejects.toThrow('after that');
  });
});

describe('a cluster that was replaced by a restored one', () => {
  test('serves again on a timeline after all others, and is backed up like before', async () => {
    await restored({ kind: 'latest' }, 'select 1');
    const folder = join(place.folder, 'data');
    // What the restored one would have archived, had it served.
    const history = join(place.folder, 'restored', 'data', 'pg_wal', '00000002.history');
    await place.run('pgbackrest', [
      '--stanza=main',
      `--pg1-path=${join(place.folder, 'restored', 'data')}`,
      'archive-push',
      history,
    ]);
    await place.stop();
    const start = async (at: string) => startCluster({ run: place.run, folder: at, port: await freePort() });
    await returnTo({ folder, startCluster: start, runApp: (verb, url) => runApp(app(), verb, url), print });
    await place.start();
    expect(await place.query('select timeline_id from pg_control_checkpoint()')).toEqual([['3']]);
    for (const kind of ['full', 'full'] as const) await open().make(kind, 1);
    expect(await makeDrill()).toBeGreaterThan(0);
    expect(await restored({ kind: 'latest' }, "select short_code from urls where short_code = 'later'")).toEqual([
      ['later'],
    ]);
  });
});

test('a cluster that came from a restore to a moment, and was replaced by another: it serves again as well', async () => {
  const [[before = ''] = []] = await place.query('select clock_timestamp()');
  await place.query("insert into urls (short_code, original_url) values ('last', 'https://example.com/last')");
  await place.query('select pg_switch_wal()');
  const later = "select count(*) from urls where short_code = 'last'";
  expect(await restored(moment(before), later)).toEqual([['0']]);
  const folder = join(place.folder, 'restored', 'data');
  const start = async (at: string) => startCluster({ run: place.run, folder: at, port: await freePort() });
  await returnTo({ folder, startCluster: start, runApp: (verb, url) => runApp(app(), verb, url), print });
  await using cluster = await start(folder);
  expect(await cluster.query(later)).toEqual([['0']]);
});

test('a backup that was damaged is found before anything is restored', async () => {
  const [bundle = ''] = globSync(join(place.repository, 'backup', 'main', '*F', 'bundle', '*')).toSorted(
    (a, b) => statSync(b).size - statSync(a).size,
  );
  const bytes = readFileSync(bundle);
  bytes.fill(0, bytes.length / 2, bytes.length / 2 + 64);
  writeFileSync(bundle, bytes);
  await expect(restored({ kind: 'latest' }, 'select 1')).rejects.toThrow();
  expect(said.at(-1)).toBe('verifying what is stored');
});
