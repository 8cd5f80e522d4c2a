import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { findBinaries } from '../../../app/src/platform/embedded-postgres-binaries.ts';
import { startCluster } from '../../src/backup/cluster.ts';
import { must, type Run } from '../../src/platform/run.ts';
import { copyCluster } from '../../src/upgrade/copy.ts';
import { differences, readContents } from '../../src/upgrade/tables.ts';
import { parseMajor } from '../../src/upgrade/versions.ts';
import { fill, findPrograms, freePort, type Place, startPlace } from '../backup/support.ts';

// The version before is the distribution's; the one after is what npm brings, with the other's tools, which it lacks.
jest.setTimeout(240_000);

const { postgres } = await findBinaries();
const programs = dirname(postgres);
const major = parseMajor(execFileSync(postgres, ['--version'], { encoding: 'utf8' }));
const older = findPrograms(major);

/** Major versions before that of npm which the distribution has. */
function installable(): number[] {
  const { stdout } = spawnSync('apt-cache', ['search', '--names-only', '^postgresql-[0-9]+$'], { encoding: 'utf8' });
  const named = (stdout ?? '').split('\n').map((line) => Number(/^postgresql-(\d+) /.exec(line)?.[1]));
  return named.filter((one) => one < major);
}

let place: Place;
let folder = '';
let said: string[] = [];
beforeAll(async () => {
  place = await startPlace(older);
  await fill(place.query, 2_000, 20_000);
  await place.query("create role shortstack_app login password 'of-a-test'");
  await place.query('grant select on urls to shortstack_app');
});
afterAll(async () => await place?.[Symbol.asyncDispose]());
beforeEach(() => {
  said = [];
  folder = join(place.folder, 'restored', 'newer');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const { uid, gid } = statSync(join(place.folder, 'data'));
  chownSync(folder, uid, gid);
});

const newer: Run = (program, args, options) =>
  place.run(program, args, { ...options, env: { ...options?.env, PATH: `${programs}:${place.env['PATH']}` } });
const start = async (at: string) => startCluster({ run: newer, folder: at, port: await freePort() });
const copy = (run = newer) =>
  copyCluster({
    run,
    old: { host: '127.0.0.1', port: place.port, query: place.query },
    folder,
    startCluster: start,
    lineage: { add: async () => {} },
    print: (line) => void said.push(line),
  });

test('it is one between two major versions, unless this machine can have but one', () => {
  if (older.major >= major) expect(installable()).toEqual([]);
});

describe(`a copy from Postgres ${older.major} to ${major}`, () => {
  test('has every row, sequence, role and right; the old one is as it was', async () => {
    const before = await readContents(place.query);
    await copy();
    expect(said.at(-1)).toMatch(/^\d+ tables and sequences are the same$/);
    expect(differences(before, await readContents(place.query))).toEqual([]);
    await using cluster = await start(folder);
    const after = await readContents(cluster.query);
    expect(after['urls']).toMatch(/^2000 rows, /);
    expect(after).toEqual(before);
    const right = "select has_table_privilege('shortstack_app', 'urls', 'select')";
    expect(await cluster.query(right)).toEqual([['t']]);
    const passwords = "select rolpassword from pg_authid where rolname = 'shortstack_app'";
    expect(await cluster.query(passwords)).toEqual(await place.query(passwords));
    const version = "select current_setting('server_version_num')::int / 10000";
    expect([await place.query(version), await cluster.query(version)]).toEqual([[[`${older.major}`]], [[`${major}`]]]);
  });

  test('that is cut off in the middle is refused', async () => {
    const cut: Run = (program, args, options) =>
      newer(program, program === 'bash' ? ['-c', 'exit 3', ...args.slice(2)] : args, options);
    await expect(copy(cut)).rejects.toThrow('copying the roles failed (exit code 3)');
  });

  test('that has one row more or less is refused, and the table is named', async () => {
    // Somebody writes between the copy and the look.
    const late: Run = async (program, args, options) => {
      const ran = await newer(program, args, options);
      if (program === 'bash' && args[1]?.includes('pg_dump -h'))
        await must(
          place.run('psql', [
            '-h',
            '127.0.0.1',
            '-p',
            String(place.port),
            '-U',
            'shortstack',
            '-d',
            'shortstack',
            '-c',
            "insert into urls (short_code, original_url) values ('late', 'https://example.com/late')",
          ]),
          'writing',
        );
      return ran;
    };
    await expect(copy(late)).rejects.toThrow(/the copy differs from what is served: .*urls/);
  });
});
