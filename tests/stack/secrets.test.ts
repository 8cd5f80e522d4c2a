import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startLoad } from './support/load.ts';
import { base, project } from './support/place.ts';
import { docker, script } from './support/programs.ts';
import { ask, eventually, rest, setting } from './support/stack.ts';

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
});

test('one that cannot be renewed is refused, and nothing changes', async () => {
  const before = [await setting('SECRETS_REVISION'), await setting('BACKUP_PASSPHRASE')];
  const { code, stderr } = await script('rotate-secret', 'BACKUP_PASSPHRASE');
  expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be renewed so')]);
  expect([await setting('SECRETS_REVISION'), await setting('BACKUP_PASSPHRASE')]).toEqual(before);
});
