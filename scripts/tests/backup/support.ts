import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createQuery, type Query } from '../../src/backup/cluster.ts';
import { type Generation, type OffSite, repositoryConfig } from '../../src/backup/repository-config.ts';
import { createRun, must, type Run } from '../../src/platform/run.ts';

export const root = join(import.meta.dirname, '..', '..', '..');
const isRoot = process.getuid?.() === 0;

const majorOf = (program: string): number => Number(basename(dirname(dirname(program))));

/**
 * A whole Postgres as distributions bring it, with its tools, and pgBackRest, which has to know its version: the newest, but
 * one before a major version where there is one. Answers its folder and its major version.
 */
export function findPrograms(before = Number.POSITIVE_INFINITY): { programs: string; major: number } {
  const look = () => {
    const all = globSync('/usr/lib/postgresql/*/bin/initdb').toSorted((a, b) => majorOf(a) - majorOf(b));
    return all.findLast((program) => majorOf(program) < before) ?? all.at(-1);
  };
  const backrest = () => globSync('/usr/bin/pgbackrest').length > 0;
  if ((!look() || !backrest()) && isRoot) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    execFileSync(
      'sh',
      ['-c', 'apt-get update -q && apt-get install -y -q --no-install-recommends pgbackrest postgresql'],
      {
        env,
        stdio: 'ignore',
      },
    );
  }
  const initdb = look();
  if (!initdb || !backrest()) throw new Error('The tests of backups need the packages pgbackrest and postgresql.');
  return { programs: dirname(initdb), major: majorOf(initdb) };
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

export type Place = AsyncDisposable & {
  folder: string;
  repository: string;
  /** Runs programs as the user whose Postgres it is. */
  run: Run;
  query: Query;
  url: string;
  env: NodeJS.ProcessEnv;
  port: number;
  stop(): Promise<void>;
  start(): Promise<void>;
};

const postgresUser = (): { uid: number; gid: number } => {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return isRoot ? { uid: id('-u'), gid: id('-g') } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
};

function makeFolder(uid: number, gid: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'backup-'));
  for (const name of ['', 'data', 'repository', 'scratch', 'locks', 'spool', 'restored']) {
    mkdirSync(join(folder, name), { recursive: true });
    chownSync(join(folder, name), uid, gid);
    chmodSync(join(folder, name), 0o700);
  }
  return folder;
}

export const keep = 2;
export const firstGeneration = { number: 1, passphrase: 'a-passphrase-of-a-test' };

/** pgBackRest's file as the stack has it, but for the places. */
export function writeConfig(
  folder: string,
  port: number,
  generations: readonly Generation[],
  name: string,
  offSite?: OffSite,
): string {
  const path = join(folder, name);
  const text = repositoryConfig({ generations, keep, offSite })
    .replaceAll('/var/lib/pgbackrest', join(folder, 'repository'))
    .replace('/var/lib/postgresql/data', join(folder, 'data'))
    .replace('/var/run/postgresql', folder)
    .replace('/tmp/pgbackrest-spool', join(folder, 'spool'))
    .replace('[global]\n', `[global]\nlock-path=${join(folder, 'locks')}\n`)
    // Postgres archives in a container of its own, with locks of its own.
    .replace('[global:archive-push]\n', `[global:archive-push]\nlock-path=${join(folder, 'spool')}\n`)
    .replace('[main]\n', `[main]\npg1-port=${port}\n`);
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}

const settings = (folder: string, port: number): string =>
  [
    `unix_socket_directories='${folder}'`,
    `listen_addresses='127.0.0.1'`,
    `port=${port}`,
    'archive_mode=on',
    'archive_timeout=60',
    `archive_command='pgbackrest --stanza=main archive-push %p'`,
    'shared_buffers=32MB',
  ].join('\n');

/** A Postgres with the service's schema, which archives as that of the stack does. Disposing ends and removes it. */
export async function startPlace({ programs } = findPrograms()): Promise<Place> {
  const { uid, gid } = postgresUser();
  const port = await freePort();
  const folder = makeFolder(uid, gid);
  const PATH = `${join(root, 'node_modules', '.bin')}:${programs}:${process.env['PATH']}`;
  const env = {
    ...process.env,
    TMPDIR: join(folder, 'scratch'),
    PATH,
    PGBACKREST_CONFIG: writeConfig(folder, port, [firstGeneration], 'pgbackrest.conf'),
    HOME: folder,
  };
  const asOwner = createRun({ cwd: root, env });
  const as = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  const run: Run = isRoot
    ? (program, args, options) => asOwner('setpriv', [...as, program, ...args], options)
    : asOwner;
  const data = join(folder, 'data');
  const control = (...words: string[]) => run('pg_ctl', ['-D', data, '-s', '-w', ...words]);
  await must(run('initdb', ['-D', data, '-U', 'shortstack', '-k', '-A', 'trust', '--no-sync', '-E', 'UTF8']), 'initdb');
  writeFileSync(join(data, 'postgresql.auto.conf'), settings(folder, port));
  await must(control('start', '-l', join(folder, 'log')), 'starting Postgres');
  const url = `postgres://shortstack@127.0.0.1:${port}/shortstack`;
  await must(run('createdb', ['-h', '127.0.0.1', '-p', String(port), '-U', 'shortstack', 'shortstack']), 'createdb');
  await must(asOwner('node', ['app/src/main.ts', 'migrate'], { env: { DATABASE_URL: url } }), 'migrate');
  return {
    folder,
    repository: join(folder, 'repository'),
    run,
    env,
    url,
    port,
    query: createQuery({ run, host: folder, port }),
    stop: async () => void (await must(control('stop', '-m', 'fast'), 'stopping Postgres')),
    start: async () => void (await must(control('start', '-l', join(folder, 'log')), 'starting Postgres')),
    async [Symbol.asyncDispose]() {
      await control('stop', '-m', 'immediate');
      // What archives by itself may still be at work.
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** Some links with a history of some days. */
export async function fill(query: Query, urls: number, clicks: number): Promise<void> {
  await query(`insert into urls (short_code, original_url, created_at)
    select 'code' || n, 'https://example.com/' || n, now() - interval '2 days' from generate_series(1, ${urls}) n`);
  await query(`insert into events (url_id, event_type, occurred_at, details)
    select n % ${urls} + 1, 'click', now() - interval '2 minutes' - n * interval '1 second', '{"country":"de"}'
    from generate_series(1, ${clicks}) n`);
}
