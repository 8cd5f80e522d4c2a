import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startLoad } from './support/load.ts';
import { base, checkout, project } from './support/place.ts';
import { docker, mustScript, run, script } from './support/programs.ts';
import { ask, eventually, rest, setting, shorten } from './support/stack.ts';

// Each is a release of new replicas, which are watched for as long as one.
jest.setTimeout(300_000);

beforeAll(async () => void (await rest()));

const createWith = async (key: string): Promise<number> =>
  (
    await fetch(`${base}/shorten`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'https://example.com/with-a-key' }),
    })
  ).status;

const clicks = async (): Promise<number> => {
  const sql = "select count(*) from events where event_type = 'click'";
  const psql = ['psql', '-U', 'shortstack', '-d', 'shortstack', '-XAtqc', sql];
  return Number(await docker('exec', `${project}-postgres-1`, ...psql));
};

const fileOf = (service: string, name: string): Promise<string> =>
  docker('exec', `${project}-${service}-1`, 'cat', `/run/secrets/${name}`);

const client = '$(command -v valkey-cli || command -v redis-cli)';
const logIn = (store: string, password: string): Promise<string> =>
  docker('exec', `${project}-${store}-1`, 'sh', '-c', `printf 'AUTH ${password}\\n' | ${client}`);

const secretFile = (name: string): Promise<string> => readFile(join(checkout, '.secrets', name), 'utf8');

/** Whether Postgres does what somebody asks who comes as replicas do: by the network. */
async function mayAskPostgres(role: string, password: string, sql = 'select 1'): Promise<boolean> {
  const psql = `psql -h "$(hostname)" -d shortstack -XAtqc '${sql}'`;
  const as = ['--env', `PGUSER=${role}`, '--env', `PGPASSWORD=${password}`];
  return (await run('docker', ['exec', ...as, `${project}-postgres-1`, 'sh', '-c', psql])).code === 0;
}

/** The first one, which the container makes by itself. */
const ensureBackup = (): Promise<true> =>
  eventually(
    'there is a backup',
    async () => ((await mustScript('backup', '--list')).includes(' full ') ? true : undefined),
    170_000,
  );

/** Runs a renewal while links are followed and, unless it is the key of who makes them, made. */
async function renewUnderLoad(name: string, postEvery?: number) {
  await using load = await startLoad({ connections: 4, ...(postEvery && { postEvery }) });
  const { code, stdout, stderr } = await script('rotate-secret', name);
  const { failures, gets } = await load.stop();
  return { ended: code === 0 ? 0 : stdout + stderr, failures, gets };
}

const never = 1_000_000_000;

describe('a secret is renewed under load, and no request fails', () => {
  test.each(['cache', 'queue'])(
    'the password of the %s: the old one is good no more, no click is lost',
    async (store) => {
      const password = /requirepass (\S+)/.exec(await fileOf(store, `${store}.conf`))?.[1] ?? '';
      expect(await logIn(store, password)).toContain('OK');
      const before = await clicks();
      const { ended, failures, gets } = await renewUnderLoad(`${store}_password`);
      expect([ended, failures, gets > 100]).toEqual([0, [], true]);
      expect(await logIn(store, password)).toContain('WRONGPASS');
      await eventually('every click is counted', async () => ((await clicks()) >= before + gets ? true : undefined));
    },
  );

  test('the admin key: the new one is good, the old one is not, and a key that the API made stays', async () => {
    const old = await setting('API_KEY');
    const made = (await (await ask('POST', '/keys', { name: 'stays', scopes: ['write'] })).json()) as { key: string };
    expect(await createWith(made.key)).toBe(201);
    const { ended, failures } = await renewUnderLoad('API_KEY', never);
    expect([ended, failures]).toEqual([0, []]);
    const statuses = [await createWith(old), await createWith(await setting('API_KEY')), await createWith(made.key)];
    expect(statuses).toEqual([401, 201, 201]);
  });

  test('the token of drills, in each replica', async () => {
    const old = await setting('CHAOS_TOKEN');
    const { ended, failures } = await renewUnderLoad('CHAOS_TOKEN');
    expect([ended, failures]).toEqual([0, []]);
    const fresh = await setting('CHAOS_TOKEN');
    expect(fresh).not.toBe(old);
    const names = (await docker('ps', '--format', '{{.Names}}')).split('\n');
    const replicas = names.filter((name) => new RegExp(`^${project}-app-\\d+$`).test(name));
    expect(replicas.length).toBeGreaterThan(0);
    for (const name of replicas) expect(await docker('exec', name, 'cat', '/run/secrets/chaos_token')).toBe(fresh);
  });

  test("Grafana's password, which nothing asks for here: only the files change", async () => {
    const old = await setting('GRAFANA_PASSWORD');
    expect((await script('rotate-secret', 'GRAFANA_PASSWORD')).code).toBe(0);
    expect(await setting('GRAFANA_PASSWORD')).not.toBe(old);
  });

  test('the password of replicas in Postgres: the old one is good no more, nor is its role, and no click is lost', async () => {
    const [role, password] = [await secretFile('database_login'), await secretFile('database_password')];
    expect(await mayAskPostgres(role, password)).toBe(true);
    const before = await clicks();
    const { ended, failures, gets } = await renewUnderLoad('database_password', 10);
    expect([ended, failures, gets > 100]).toEqual([0, [], true]);
    expect(await mayAskPostgres(role, password)).toBe(false);
    const fresh = [await secretFile('database_login'), await secretFile('database_password')] as const;
    expect(fresh[0]).not.toBe(role);
    const can = ['select count(*) from urls', 'create table taken_over ()', 'drop table urls'];
    expect(await Promise.all(can.map((sql) => mayAskPostgres(...fresh, sql)))).toEqual([true, false, false]);
    await eventually('every click is counted', async () => ((await clicks()) >= before + gets ? true : undefined));
  });

  test.each([
    ['database_owner_password', 'shortstack'],
    ['database_monitor_password', 'shortstack_monitor'],
  ])('%s: the new one is good, the old one is not', async (name, role) => {
    const old = await secretFile(name);
    const { ended, failures } = await renewUnderLoad(name);
    expect([ended, failures]).toEqual([0, []]);
    expect(await mayAskPostgres(role, old)).toBe(false);
    expect(await mayAskPostgres(role, await secretFile(name))).toBe(true);
  });
});

test('the passphrase of backups: new ones have the new one, and one from before is restored, with the passwords of now', async () => {
  await ensureBackup();
  const listed = (await mustScript('backup', '--list')).split('\n');
  const label = /^\S+/.exec(listed.findLast((line) => /F\s+full/.test(line)) ?? '')?.[0] ?? '';
  const later = await shorten('https://example.com/later');
  const old = await setting('BACKUP_PASSPHRASE');
  const { ended, failures } = await renewUnderLoad('BACKUP_PASSPHRASE');
  expect([ended, failures]).toEqual([0, []]);
  expect([await setting('BACKUP_PASSPHRASE_BEFORE'), (await setting('BACKUP_PASSPHRASE')) === old]).toEqual([
    old,
    false,
  ]);
  const now = await mustScript('backup', '--list');
  expect(now.match(/ full .*before the last renewal/g)).not.toBeNull();
  expect(now.match(/ full (?!.*before)/g)).toHaveLength(1);
  expect(await mustScript('restore-drill')).toContain('the backups can be restored');
  const again = await script('rotate-secret', 'BACKUP_PASSPHRASE');
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('still kept')]);

  await mustScript('restore', label);
  await eventually('links can be made', async () =>
    (await createWith(await setting('API_KEY'))) === 201 ? true : undefined,
  );
  expect((await ask('GET', `/${later}`)).status).toBe(404);

  expect(await mustScript('backup', '--forget')).not.toContain('before the last renewal');
  expect(await setting('BACKUP_PASSPHRASE_BEFORE')).toBe('');
}, 900_000);

test('one that others give is refused, it is said what to do, and nothing changes', async () => {
  const before = await setting('SECRETS_REVISION');
  const { code, stderr } = await script('rotate-secret', 'SMTP_PASSWORD');
  expect([code, stderr]).toEqual([1, expect.stringContaining('put the new one into .env')]);
  expect(await setting('SECRETS_REVISION')).toBe(before);
});
