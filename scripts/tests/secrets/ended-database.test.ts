import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { renewLogin, tellDatabase } from '../../src/commands/renewals.ts';
import { appLogins } from '../../src/roles/login.ts';
import { createRoles } from '../../src/roles/roles.ts';
import { type Place, root as project, startPlace } from '../backup/support.ts';
import { openEnded, password, renewWithEveryEnd, type World } from './ended-stack.ts';

jest.setTimeout(240_000);

let place: Place;
beforeAll(async () => {
  place = await startPlace();
  // From the network it asks for passwords, as the stack's does.
  const rule = 'host shortstack all 127.0.0.1/32 scram-sha-256';
  await place.run('sed', ['-i', `1i ${rule}`, join(place.folder, 'data', 'pg_hba.conf')]);
  await place.query('select pg_reload_conf()');
});
afterAll(async () => await place?.[Symbol.asyncDispose]());

const env = () => ({
  PGHOST: place.folder,
  PGPORT: String(place.port),
  POSTGRES_USER: 'shortstack',
  POSTGRES_DB: 'shortstack',
});
const inPostgres: World['exec'] = async (_id, [program = '', ...args], input) =>
  await place.run(program, args, { env: env(), ...(input !== undefined && { input }) });

async function mayLogIn(role: string, word = ''): Promise<boolean> {
  const at = ['-h', '127.0.0.1', '-p', String(place.port), '-d', 'shortstack', '-XAtqc', 'select 1'];
  return (await place.run('psql', ['-U', role, ...at], { env: { PGPASSWORD: word } })).code === 0;
}

/** Postgres as after the first start with the secrets of a folder. */
async function enrol(root: string): Promise<void> {
  const roles = await place.query("select rolname from pg_roles where rolname like 'shortstack\\_%'");
  for (const [role] of roles) await place.query(`alter role ${role} password null`);
  const { context, stack } = openEnded({ root, values: {}, services: ['postgres'], exec: inPostgres });
  await createRoles({ ...context, ...stack, root: project }).ensure();
}
/** The script of the roles is the project's, the secrets are the test's. */
const ofProject = (context: Parameters<typeof renewLogin>[0]) => ({ ...context, root: project });

test('the password of replicas in Postgres: the new one is good, with the other role, and no other is', async () =>
  renewWithEveryEnd({
    services: ['postgres'],
    exec: inPostgres,
    begin: enrol,
    renew: (context, stack) => renewLogin(ofProject(context), stack),
    async verify(root, old) {
      const [login, word] = [await password(root, 'database_login'), await password(root, 'database_password')];
      expect(word).not.toBe(old['database_password']);
      expect(await mayLogIn(login, word)).toBe(true);
      for (const role of appLogins) expect(await mayLogIn(role, old['database_password'])).toBe(false);
      expect(await password(root, 'database_url')).toContain(`${login}:${word}@`);
    },
  }));

test("the owner's in Postgres", async () =>
  renewWithEveryEnd({
    services: ['postgres'],
    exec: inPostgres,
    begin: enrol,
    renew: (context, stack) => tellDatabase(ofProject(context), stack, 'database_owner_password'),
    async verify(root, old) {
      expect(await mayLogIn('shortstack', old['database_owner_password'])).toBe(false);
      expect(await mayLogIn('shortstack', await password(root, 'database_owner_password'))).toBe(true);
    },
  }));
