import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { embeddedPlace } from '../../src/platform/embedded-postgres-place.ts';
import { usedDataFolder } from '../support/made-cluster.ts';
import { ownerProcess } from '../support/owner-process.ts';
import { family, gone, send, suspend } from '../support/processes.ts';
import { query } from '../support/query.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('on the first start, there is a durable database on a socket that only its user can open', async () => {
  await using folder = await temporaryFolder();
  await using postgres = await startEmbeddedPostgres({ dataDir: join(folder.path, 'new', 'data') });
  const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'TimeZone'];
  const values = names.map((name) => `current_setting('${name}')`).join();
  expect(await query(postgres.url, `select current_database() as name, array[${values}] as settings`)).toEqual([
    { name: 'shortstack', settings: ['on', 'on', 'on', 'on', '', 'UTC'] },
  ]);
  const { socketDir } = embeddedPlace(join(folder.path, 'new', 'data'));
  expect((await stat(socketDir)).mode & 0o777).toBe(0o700);
});

test('kysely takes the url', async () => {
  await using folder = await usedDataFolder();
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
  const pool = new pg.Pool({ connectionString: postgres.url });
  pool.on('error', () => {}); // Postgres may be stopping before it has seen that the pool is closed.
  await using db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const { rows } = await sql`select 'é' < 'z' as by_code_point`.execute(db);
  expect(rows).toEqual([{ by_code_point: false }]);
});

test('after a clean stop, a second start has the rows of the first', async () => {
  await using folder = await usedDataFolder();
  {
    await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
    await query(postgres.url, 'create table kept as select 7 as n');
  }
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
  expect(await query(postgres.url, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('after kill -9 of its owner, Postgres stops by itself, and the next start has every row', async () => {
  await using folder = await usedDataFolder();
  await using owner = await ownerProcess(folder.path);
  await query(owner.url, 'create table kept as select 7 as n');
  send(owner.pid, 'SIGKILL');
  await gone(owner.postgresPid);
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
  expect(await query(postgres.url, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('a Postgres that outlived its owner, even a frozen one, is stopped by the next start', async () => {
  await using folder = await usedDataFolder();
  await using owner = await ownerProcess(folder.path);
  await query(owner.url, 'create table kept as select 7 as n');
  await suspend([owner.postgresPid]);
  const others = await owner.withoutPostgres();
  expect(others.length).toBeGreaterThan(1);
  for (const pid of others.reverse()) send(pid, 'SIGKILL');
  await owner.killed();
  const messages: string[] = [];
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path, log: (line) => messages.push(line) });
  expect(messages[0]).toBe(`stopped the Postgres of an earlier start (process ${owner.postgresPid})`);
  expect(await query(postgres.url, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('a session that outlived both its owner and its Postgres is waited for', async () => {
  await using folder = await usedDataFolder();
  await using owner = await ownerProcess(folder.path);
  const [, session = 0] = await family(owner.postgresPid);
  await suspend([session]);
  const others = await owner.withoutPostgres();
  for (const pid of [...others.reverse(), owner.postgresPid]) send(pid, 'SIGKILL');
  await owner.killed();
  const refused = Promise.withResolvers<void>();
  const log = (line: string): void => (line.includes('pre-existing shared memory') ? refused.resolve() : undefined);
  const starting = startEmbeddedPostgres({ dataDir: folder.path, log });
  await Promise.race([refused.promise, starting]);
  send(session, 'SIGKILL');
  await using postgres = await starting;
  expect(await query(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  await refused.promise;
});

test('pid files whose number belongs to another process by now do not block', async () => {
  await using folder = await usedDataFolder();
  await using bystander = await usedDataFolder();
  await using other = await startEmbeddedPostgres({ dataDir: bystander.path });
  await (await startEmbeddedPostgres({ dataDir: folder.path }))[Symbol.asyncDispose]();
  const pidFile = join(folder.path, 'postgres', 'postmaster.pid');
  const { uid, gid } = await stat(join(folder.path, 'postgres'));
  await mkdir(join(folder.path, 'run'), { mode: 0o700 });
  await chown(join(folder.path, 'run'), uid, gid);
  await writeFile(`${embeddedPlace(folder.path).socket}.lock`, `${other.pid}\n`);
  await writeFile(pidFile, `${other.pid}\n${folder.path}/postgres\n1\n5432\n${folder.path}/run\n\n  0  0\nready\n`);
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
  expect(await query(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(await query(other.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('a first start that was cut off is begun again', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'postgres.partial', 'base'), { recursive: true });
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
  expect(await query(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(await readdir(folder.path)).not.toContain('postgres.partial');
});

test('two services on one folder: the second is refused with the number of the first, which goes on', async () => {
  await using folder = await usedDataFolder();
  await using owner = await ownerProcess(folder.path);
  await expect(startEmbeddedPostgres({ dataDir: folder.path })).rejects.toThrow(
    `${folder.path} is in use by another Shortstack (process ${owner.pid}): stop it first`,
  );
  expect(await query(owner.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('a folder whose path is too long for a socket works, with the socket in the temporary folder while it runs', async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'a'.repeat(60), 'b'.repeat(60));
  const { socketDir } = embeddedPlace(dataDir);
  expect(socketDir).not.toContain(folder.path);
  {
    await using postgres = await startEmbeddedPostgres({ dataDir });
    expect(await query(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  }
  await expect(stat(socketDir)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('below a folder that is closed to all other users, it runs, and never as root', async () => {
  await using folder = await temporaryFolder();
  await chmod(folder.path, 0o700);
  await using postgres = await startEmbeddedPostgres({ dataDir: join(folder.path, 'data') });
  expect(await query(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  const { uid } = await stat(join(folder.path, 'data', 'postgres'));
  expect(uid).not.toBe(0);
});

test('Ctrl-C in a terminal does not reach Postgres: it leads a process group of its own', async () => {
  await using folder = await usedDataFolder();
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
  expect(() => process.kill(-postgres.pid, 0)).not.toThrow();
});

test('when Postgres ends by itself, its owner learns of it', async () => {
  await using folder = await usedDataFolder();
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
  send(postgres.pid, 'SIGKILL');
  expect(await postgres.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a start that is aborted leaves nothing running, and the folder free', async () => {
  await using folder = await temporaryFolder();
  const abort = new AbortController();
  const log = (): void => abort.abort();
  await expect(startEmbeddedPostgres({ dataDir: folder.path, signal: abort.signal, log })).rejects.toThrow('aborted');
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path });
  expect(await query(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }]);
});

test('a setting that Postgres refuses is named in the error', async () => {
  await using folder = await usedDataFolder();
  const start = startEmbeddedPostgres({ dataDir: folder.path, settings: { shared_buffers: 'much' } });
  await expect(start).rejects.toThrow('invalid value for parameter "shared_buffers": "much"');
});

test('a folder that cannot be written is named in the error', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  const dataDir = join(file, 'data');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`Cannot write to the data folder ${dataDir}`);
  expect(await readFile(file, 'utf8')).toBe('');
});

test('a socket folder that somebody else has made is refused', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'run'), { mode: 0o755 });
  await expect(startEmbeddedPostgres({ dataDir: folder.path })).rejects.toThrow('is not a private folder');
});
