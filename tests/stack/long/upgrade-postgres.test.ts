import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { startLoad } from '../support/load.ts';
import { checkout, project, source } from '../support/place.ts';
import { docker, environment, mustScript, run, script } from '../support/programs.ts';
import { ask, eventually, rest, setting, shorten } from '../support/stack.ts';

const newer = 'postgres:18-test';
/** The same once more under another name, as a minor version is. */
const minor = 'postgres:17-test';
const images = join(source, 'scripts', 'images', 'postgres');

/** The next major version, from the packages of the suite that has it. */
beforeAll(async () => {
  await rest();
  const folder = await mkdtemp(join(tmpdir(), 'postgres-18-'));
  const dockerfile = (await readFile(join(images, 'Dockerfile'), 'utf8'))
    .replace('debian:trixie-slim', 'debian:sid-slim')
    .replace('PG_MAJOR=17', 'PG_MAJOR=18')
    .replace('postgresql/17', 'postgresql/18');
  try {
    await writeFile(join(folder, 'Dockerfile'), dockerfile);
    await writeFile(join(folder, 'docker-entrypoint.sh'), await readFile(join(images, 'docker-entrypoint.sh')), {
      mode: 0o755,
    });
    expect(await run('docker', ['build', '--quiet', '--tag', newer, folder])).toMatchObject({ code: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);

const psql = (sql: string): Promise<string> =>
  docker('exec', `${project}-postgres-1`, 'psql', '-U', 'shortstack', '-d', 'shortstack', '-XAtqc', sql);
const volumeOf = (): Promise<string> =>
  docker(
    'inspect',
    '--format',
    '{{range .Mounts}}{{if eq .Destination "/var/lib/postgresql/data"}}{{.Name}}{{end}}{{end}}',
    `${project}-postgres-1`,
  );
const major = async (): Promise<string> => (await psql('show server_version')).split('.')[0] ?? '';
const clicksOf = (code: string): Promise<string> =>
  psql(`select count(*) from events e join urls u on u.id = e.url_id
    where event_type = 'click' and short_code = '${code}'`);
const leadsTo = async (code: string): Promise<string | null> => (await ask('GET', `/${code}`)).headers.get('location');

test('a minor version and back: Postgres is started anew on the same volume, and no redirect fails', async () => {
  const [before, volume] = [await setting('POSTGRES_IMAGE'), await volumeOf()];
  await docker('tag', 'postgres:17.11', minor);
  const kept = await shorten('https://example.com/kept-at-a-minor-one');
  await using load = await startLoad({ connections: 4, postEvery: 1_000_000_000 });
  await mustScript('upgrade-postgres', minor);
  expect([await setting('POSTGRES_IMAGE'), await volumeOf()]).toEqual([minor, volume]);
  expect(await clicksOf(kept)).toBe('0');
  await mustScript('upgrade-postgres', '--undo');
  const { failures, gets } = await load.stop();
  expect([failures, gets > 100]).toEqual([[], true]);
  // Empty is the usual one.
  expect([await setting('POSTGRES_IMAGE'), await volumeOf()]).toEqual([before || 'postgres:17.11', volume]);
  expect(await leadsTo(kept)).toBe('https://example.com/kept-at-a-minor-one');
}, 600_000);

test('Ctrl-C while a major version is copied: doctor knows meanwhile, and then everything is as before', async () => {
  const [before, volume, volumes] = [await major(), await volumeOf(), await docker('volume', 'ls', '-q')];
  const child = spawn(join(checkout, 'scripts', 'upgrade-postgres'), [newer], {
    cwd: checkout,
    env: environment,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const copying = () => docker('ps', '--quiet', '--filter', `name=^${project}_postgres_18_.*_beside$`);
  try {
    const copy = await eventually('it copies', async () => (await copying()) || undefined, 300_000);
    // As if there were much more to copy. The engine gives up on processes that are being born or waiting for the disk.
    await eventually('it is paused', async () => (await run('docker', ['pause', copy])).code === 0 || undefined);
    expect((await script('doctor')).stdout).toContain('Postgres takes no changes');
  } finally {
    child.kill('SIGINT');
    await ended;
  }
  expect(await ended).toEqual([1, null]);
  expect([await major(), await volumeOf(), await docker('volume', 'ls', '-q')]).toEqual([before, volume, volumes]);
  expect(await leadsTo(await shorten('https://example.com/writable'))).toBe('https://example.com/writable');
}, 600_000);

test('a major version and back: no redirect fails, no click is lost, backups go on, and the one before stays', async () => {
  const before = await major();
  const kept = await shorten('https://example.com/kept');
  await using load = await startLoad({ connections: 4, postEvery: 1_000_000_000 });
  const { code, stdout, stderr } = await script('upgrade-postgres', newer);
  const { failures, gets } = await load.stop();
  expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  expect([failures, gets > 100]).toEqual([[], true]);
  expect(await major()).toBe('18');
  expect(await leadsTo(kept)).toBe('https://example.com/kept');
  const later = await shorten('https://example.com/later');
  await eventually('clicks are counted', async () => ((await clicksOf(kept)) === '1' ? true : undefined));
  expect(await mustScript('restore-drill')).toContain('the backups can be restored');

  await mustScript('upgrade-postgres', '--undo');
  expect(await major()).toBe(before);
  await eventually('what came later is gone', async () => ((await leadsTo(later)) === null ? true : undefined));
  expect(await leadsTo(kept)).toBe('https://example.com/kept');
  const made = await shorten('https://example.com/after-the-way-back');
  expect([kept, later]).not.toContain(made);
  expect(await mustScript('restore-drill')).toContain('the backups can be restored');
}, 900_000);
