import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSecretStore } from '../../src/secrets/secret-store.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterEach(async () => await rm(root, { recursive: true }));

const mode = async (...path: string[]) => (await stat(join(root, ...path))).mode & 0o777;
const secret = (name: string) => readFile(join(root, '.secrets', name), 'utf8');

describe('secrets', () => {
  test('the first time: random ones, .env for the owner alone, files for the services in a closed folder', async () => {
    const store = createSecretStore({ root });
    expect(await store.ensure()).toBe(true);
    const { API_KEY, CHAOS_TOKEN } = await store.environment();
    expect(API_KEY).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(API_KEY).not.toBe(CHAOS_TOKEN);
    expect([await mode('.env'), await mode('.secrets'), await mode('.secrets', 'api_key')]).toEqual([
      0o600, 0o700, 0o444,
    ]);
    expect(await secret('api_key')).toBe(API_KEY);
    expect(await secret('database_url')).toBe(
      `postgres://shortstack_app:${await secret('database_password')}@postgres:5432/shortstack`,
    );
    expect(await secret('cache.conf')).toContain(`requirepass ${await secret('cache_password')}\n`);
  });

  test('a secret that is not set → an empty file, as a container mounts it', async () => {
    await createSecretStore({ root }).ensure();
    expect(await secret('smtp_password')).toBe('');
  });

  test('the second time nothing changes', async () => {
    const store = createSecretStore({ root });
    await store.ensure();
    const all = async () =>
      await Promise.all((await readdir(join(root, '.secrets'))).map(async (name) => [name, await secret(name)]));
    const before = await all();
    expect(await store.ensure()).toBe(false);
    expect(await all()).toEqual(before);
  });

  test('a key that somebody has set is kept, and reaches the services', async () => {
    await writeFile(join(root, '.env'), 'API_KEY=my-own-key-of-24-letters\nHTTP_PORT=8080\n');
    const store = createSecretStore({ root });
    await store.ensure();
    expect(await secret('api_key')).toBe('my-own-key-of-24-letters');
    expect(await store.environment()).toMatchObject({ HTTP_PORT: '8080' });
  });

  test('what running containers read anew is written where it is; any other file is another one', async () => {
    const store = createSecretStore({ root });
    await store.ensure();
    const node = async (name: string) => (await stat(join(root, '.secrets', name))).ino;
    const [config, key] = [await node('pgbackrest.conf'), await node('api_key')];
    await store.remember({ BACKUP_PASSPHRASE: 'short', API_KEY: 'another-key-of-24-letters' });
    await store.ensure();
    expect(await secret('pgbackrest.conf')).toMatch(/^repo1-cipher-pass=short$/m);
    expect(await secret('pgbackrest.conf')).toMatch(/pg1-database=shortstack\n$/);
    expect([(await node('pgbackrest.conf')) === config, (await node('api_key')) === key]).toEqual([true, false]);
  });

  test('a renewal that a power cut has ended between its files: the next who asks has all of it', async () => {
    const store = createSecretStore({ root });
    await store.ensure();
    const files = { database_password: 'x'.repeat(32), database_login: 'shortstack_app_2' };
    await writeFile(join(root, '.secrets', 'renewal.json'), JSON.stringify(files));
    expect(await store.passwords()).toMatchObject(files);
    await store.ensure();
    expect(await secret('database_url')).toContain(`shortstack_app_2:${files.database_password}@`);
    expect(await readdir(join(root, '.secrets'))).not.toContain('renewal.json');
  });

  test('what was before is kept until everybody has the new one: all of it, the newest first', async () => {
    const store = createSecretStore({ root });
    await store.ensure();
    const first = await secret('cache_password');
    const second = (await store.renew('cache_password')).after;
    expect((await store.renew('cache_password')).before).toEqual([second, first]);
    expect(await mode('.secrets', 'cache_password.before')).toBe(0o600);
    const third = await secret('cache_password');
    await store.settle('cache_password');
    expect((await store.renew('cache_password')).before).toEqual([third]);
  });

  test('one is renewed: every file that holds it has the new one, the others stay', async () => {
    const store = createSecretStore({ root });
    await store.ensure();
    const [owner, queue] = [await secret('database_owner_password'), await secret('queue_url')];
    const { before, after } = await store.renew('cache_password');
    expect(before).not.toContain(after);
    expect(await secret('cache_url')).toBe(`redis://:${after}@cache:6379`);
    expect(await secret('cache.conf')).toContain(`requirepass ${after}\n`);
    expect([await secret('database_owner_password'), await secret('queue_url')]).toEqual([owner, queue]);
    await store.renew('database_password');
    expect(await secret('database_url')).toBe(
      `postgres://shortstack_app_2:${await secret('database_password')}@postgres:5432/shortstack`,
    );
    const key = await store.renew('API_KEY');
    expect([await secret('api_key'), (await store.environment())['API_KEY']]).toEqual([key.after, key.after]);
  });
});
