import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createKept } from '../../src/deploy/kept.ts';
import { readTools, writeTools } from '../../src/deploy/tools.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';

let root = '';
let state = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kept-'));
  state = join(root, '.deploy');
  await mkdir(join(state, 'before', 'tree'), { recursive: true });
});
afterEach(async () => await rm(root, { recursive: true }));

const kept = (first = true) => createKept({ root, state, first });
const secrets = () => createSecretStore({ root });
const environment = () => secrets().environment();
const env = () => join(root, '.env');

/** What a deployment changes until it fails. */
async function change(): Promise<Record<string, string>> {
  await writeFile(join(root, 'docker-compose.yml'), 'of the release');
  await secrets().remember({ TOOLS_IMAGE: 'tools:1' });
  await secrets().ensure();
  await secrets().remember({ APP_IMAGE: 'app:1', RELEASE: '1' });
  return await environment();
}
const secretsOf = ({ API_KEY, BACKUP_PASSPHRASE, CHAOS_TOKEN, GRAFANA_PASSWORD }: Record<string, string>) => ({
  API_KEY,
  BACKUP_PASSPHRASE,
  CHAOS_TOKEN,
  GRAFANA_PASSWORD,
});

test('a first deployment that fails, without settings before: only the secrets stay, and the next one is a first one', async () => {
  await kept().keep();
  const made = await change();
  await kept().giveBack();
  expect(await environment()).toEqual(secretsOf(made));
  expect(existsSync(join(root, 'docker-compose.yml'))).toBe(false);
  await kept().keep();
  const again = await change();
  expect(secretsOf(again)).toEqual(secretsOf(made));
});

test('with settings before: those are as they were, and the secrets stay', async () => {
  await writeFile(env(), '# mine\nDOMAIN=example.com\n');
  await kept().keep();
  const made = await change();
  await kept().giveBack();
  expect(await environment()).toEqual({ DOMAIN: 'example.com', ...secretsOf(made) });
  expect(await readFile(env(), 'utf8')).toMatch(/^# mine\n/);
  expect((await stat(env())).mode & 0o777).toBe(0o600);
});

test('it fails before a secret is made: there are no settings again, also when an older copy lies there', async () => {
  await writeFile(join(state, 'before', 'env'), 'APP_IMAGE=app:old\n');
  await kept().keep();
  await secrets().remember({ TOOLS_IMAGE: 'tools:1' });
  await kept().giveBack();
  expect(existsSync(env())).toBe(false);
});

test('an update that fails: settings are as before, and a secret is the one that it was', async () => {
  await writeFile(env(), 'APP_IMAGE=app:0\nBACKUP_PASSPHRASE=old\n');
  await writeFile(join(root, 'docker-compose.yml'), 'of the release before');
  await kept(false).keep();
  await change();
  await secrets().remember({ BACKUP_PASSPHRASE: 'another' });
  await kept(false).giveBack();
  expect(await environment()).toMatchObject({ APP_IMAGE: 'app:0', BACKUP_PASSPHRASE: 'old' });
  expect(await environment()).not.toHaveProperty('RELEASE');
  expect(await readFile(join(root, 'docker-compose.yml'), 'utf8')).toBe('of the release before');
});

test.each(['', 'tools:0'])('the tools are those of the files again: "%s"', async (before) => {
  await writeTools(state, before);
  await kept().keep();
  await writeTools(state, 'tools:1');
  await kept().giveBack();
  expect(await readTools(state)).toBe(before);
});

test('the copy of a server that has served is gone: that is said, and the settings stay', async () => {
  await change();
  await kept(false).keep();
  await rm(join(state, 'before', 'env'));
  await expect(kept(false).giveBack()).rejects.toThrow('settings stay as they are');
  expect(await environment()).toMatchObject({ APP_IMAGE: 'app:1' });
});
