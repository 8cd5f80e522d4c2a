import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRoles } from '../../src/roles/roles.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import type { Compose } from '../../src/stack/compose.ts';
import { type Place, root, startPlace } from '../backup/support.ts';
import { container } from '../support.ts';

jest.setTimeout(240_000);

let place: Place;
let folder = '';
beforeAll(async () => {
  place = await startPlace();
  folder = mkdtempSync(join(tmpdir(), 'roles-'));
  await createSecretStore({ root: folder }).ensure();
  // From the network, as replicas come, it asks for passwords; so the first line decides.
  const rule = 'host shortstack shortstack_app,shortstack_app_2,shortstack_monitor 127.0.0.1/32 scram-sha-256';
  const hba = join(place.folder, 'data', 'pg_hba.conf');
  spawnSync('sed', ['-i', `1i ${rule}`, hba]);
  await place.query('select pg_reload_conf()');
});
afterAll(async () => {
  await place?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** The Postgres of the tests in the place of the container's: what would be run there is run here. */
const env = () => ({
  PGHOST: place.folder,
  PGPORT: String(place.port),
  POSTGRES_USER: 'shortstack',
  POSTGRES_DB: 'shortstack',
});
const compose = {
  list: async () => [container({ service: 'postgres', id: 'postgres' })],
  run: ([, , , program = '', ...args]: readonly string[]) => place.run(program, args, { env: env() }),
} as unknown as Compose;
const open = () =>
  createRoles({
    root,
    compose,
    secrets: createSecretStore({ root: folder }),
    run: (_docker, [, , , program = '', ...args], options) => place.run(program, args, { ...options, env: env() }),
  });

async function mayLogIn(role: string, password: string): Promise<boolean> {
  const at = ['-h', '127.0.0.1', '-p', String(place.port), '-d', 'shortstack', '-XAtqc', 'select count(*) from urls'];
  return (await place.run('psql', ['-U', role, ...at], { env: { PGPASSWORD: password } })).code === 0;
}
const kept = () =>
  place.query("select rolname, rolpassword from pg_authid where rolname like 'shortstack%' order by 1");
const password = (name: string) => readFileSync(join(folder, '.secrets', name), 'utf8');

test('a database without roles: those that log in can, nobody else, and again nothing changes', async () => {
  await open().ensure();
  await place.query('grant select on urls to shortstack_app');
  expect(await mayLogIn('shortstack_app', password('database_password'))).toBe(true);
  expect(await mayLogIn('shortstack_app', 'another')).toBe(false);
  expect((await kept()).map(([role = '', verifier]) => [role, verifier !== ''])).toEqual([
    ['shortstack', true],
    ['shortstack_app', true],
    ['shortstack_app_2', false],
    ['shortstack_monitor', true],
  ]);
  const before = await kept();
  await open().ensure();
  expect(await kept()).toEqual(before);
});

test('a renewal: both log in with the same rights, until the old one is closed; the next renewal comes back to it', async () => {
  const old = password('database_password');
  const { after } = await createSecretStore({ root: folder }).renew('database_password');
  await open().ensure();
  expect([await mayLogIn('shortstack_app', old), await mayLogIn('shortstack_app_2', after)]).toEqual([true, true]);
  expect(await open().bothOpen()).toBe(true);
  await open().closeOther();
  expect([await mayLogIn('shortstack_app', old), await mayLogIn('shortstack_app_2', after)]).toEqual([false, true]);
  expect(await open().bothOpen()).toBe(false);
  const third = await createSecretStore({ root: folder }).renew('database_password');
  await open().ensure();
  expect(await mayLogIn('shortstack_app', third.after)).toBe(true);
});

test('a database from before a renewal, as after a restore: it takes the present password', async () => {
  await place.query("alter role shortstack_monitor password 'of-long-ago'");
  await open().ensure();
  await place.query('grant select on urls to shortstack_monitor');
  expect([await mayLogIn('shortstack_monitor', password('database_monitor_password'))]).toEqual([true]);
  expect(await mayLogIn('shortstack_monitor', 'of-long-ago')).toBe(false);
});
