import { statfs } from 'node:fs/promises';
import type { Run } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';
import { isMigration } from '../stack/migration-files.ts';
import { type Backups, parseBackups } from './backups.ts';
import type { Inside } from './diagnose.ts';

type Deps = { run: Run; compose: Compose; root: string; httpPort: string };

const week = 7 * 86_400;
const queryPostgres = `select count(*), current_setting('max_connections'), current_setting('default_transaction_read_only')
  from pg_stat_activity where backend_type = 'client backend'`;
const migrations = 'app/src/platform/migrations';

async function query({ compose }: Deps, sql: string): Promise<string[][] | undefined> {
  const psql = ['psql', '-U', 'shortstack', '-d', 'shortstack', '-XAtq', '-F', '\t', '-c', sql];
  const { code, stdout } = await compose.run(['exec', '-T', 'postgres', ...psql]);
  if (code !== 0) return undefined;
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

async function readPostgres(deps: Deps): Promise<Inside['postgres']> {
  const [row] = (await query(deps, queryPostgres)) ?? [];
  return row && { used: Number(row[0]), max: Number(row[1]), readOnly: row[2] === 'on' };
}

async function readPending(deps: Deps): Promise<Inside['pending']> {
  const { run, compose } = deps;
  const replica = (await compose.list()).find(({ service, state }) => service === 'app' && state === 'running');
  if (!replica) return undefined;
  const [applied, files] = await Promise.all([
    query(deps, 'select name from schema_migrations'),
    run('docker', ['exec', replica.id, 'ls', migrations]),
  ]);
  if (!applied || files.code !== 0) return undefined;
  const done = new Set(applied.map(([name]) => name));
  return files.stdout.split('\n').filter((name) => isMigration(name) && !done.has(name));
}

async function readCertificate({ compose }: Deps): Promise<boolean | undefined> {
  const check = ['openssl', 'x509', '-in', '/certificates/current.pem', '-noout', '-checkend', `${week}`];
  const { code, stdout } = await compose.run(['exec', '-T', 'certificates', ...check]);
  return /will( not)? expire/.test(stdout) ? code === 0 : undefined;
}

async function readClock({ run }: Deps): Promise<boolean | undefined> {
  const { code, stdout } = await run('timedatectl', ['show', '--property', 'NTPSynchronized', '--value']);
  return code === 0 ? stdout.trim() === 'yes' : undefined;
}

/** Says each socket that nginx is to ask and that is none where nginx is. What is `down` is not asked. */
const missingSockets = `file=$(cat /etc/nginx/upstream/*.conf) || exit 1
for socket in $(echo "$file" | grep -v ' down;' | grep -o 'unix:[^ ;]*' | cut -d: -f2); do
  [ -S "$socket" ] || echo "$socket"
done`;

async function readMissingSockets({ compose }: Deps): Promise<Inside['missingSockets']> {
  const { code, stdout } = await compose.run(['exec', '-T', 'nginx', 'sh', '-c', missingSockets]);
  return code === 0 ? stdout.split('\n').filter((line) => line !== '') : undefined;
}

const answersThrough = async (port: string): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(3_000),
    });
    return response.status < 500;
  } catch {
    return false;
  }
};

const askKeeper = "fetch('http://127.0.0.1:9200/metrics').then((answer) => answer.text()).then(console.log)";

/** Undefined where nobody keeps backups, or the keeper does not answer: that it runs is looked at elsewhere. */
export async function readBackups({ compose }: Pick<Deps, 'compose'>): Promise<Backups | undefined> {
  const keeper = (await compose.list()).find(({ service, state }) => service === 'backup' && state === 'running');
  if (!keeper) return undefined;
  const { code, stdout } = await compose.run(['exec', '-T', 'backup', 'node', '-e', askKeeper]);
  return code === 0 ? parseBackups(stdout, Date.parse(keeper.createdAt) / 1_000) : undefined;
}

/** Reads what no list of containers tells. What cannot be read is undefined. */
export async function lookInside(deps: Deps): Promise<Inside> {
  const [postgres, pending, certificate, sockets, clock, edge, disk] = await Promise.all([
    readPostgres(deps),
    readPending(deps),
    readCertificate(deps),
    readMissingSockets(deps),
    readClock(deps),
    answersThrough(deps.httpPort),
    statfs(deps.root),
  ]);
  return { postgres, pending, certificate, missingSockets: sockets, clock, edge, diskFree: disk.bavail / disk.blocks };
}
