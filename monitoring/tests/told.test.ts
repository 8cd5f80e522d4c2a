import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { waysToPeople } from '../src/told.ts';
import { freePort, start, untilReady } from './support/process.ts';
import { ask } from './support/promtool.ts';

const monitoring = join(import.meta.dirname, '..', 'alertmanager');

/** The series that tell of its configuration, as Alertmanager shows them once it runs with these settings and secrets. */
async function shownWith(
  env: Record<string, string>,
  secrets: Record<string, string>,
): Promise<Record<string, string>> {
  await using held = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'told-'));
  held.defer(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'secrets'));
  for (const [name, text] of Object.entries(secrets)) await writeFile(join(folder, 'secrets', name), text);
  const address = `127.0.0.1:${await freePort()}`;
  const listen = [`--web.listen-address=${address}`, '--cluster.listen-address=', `--storage.path=${folder}/alerts`];
  const alertmanager = held.use(
    start(join(monitoring, 'start.sh'), ['prometheus-alertmanager', ...listen], {
      CONFIG_FOLDER: monitoring,
      CONFIG_FILE: join(folder, 'alertmanager.yml'),
      SECRETS_FOLDER: join(folder, 'secrets'),
      ...env,
    }),
  );
  await untilReady(`http://${address}/-/ready`, alertmanager);
  const page = await (await fetch(`http://${address}/metrics`)).text();
  return Object.fromEntries(
    [...page.matchAll(/^(alertmanager_(?:integrations|receivers)) (\d+)$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

const mail = { SMTP_HOST: 'mail.example', SMTP_TO: 'me@example.com' };
const chat = { discord_webhook_url: 'https://chat.example/hook' };
const heartbeat = { heartbeat_url: 'https://beat.example/beat' };

test.each<[string, Record<string, string>, Record<string, string>, number]>([
  ['nothing is set', {}, {}, 0],
  ['a heartbeat alone, which tells nobody of an alert', {}, heartbeat, 0],
  ['mail', mail, {}, 1],
  ['chat and a heartbeat', {}, { ...chat, ...heartbeat }, 1],
  ['mail, chat and a heartbeat', mail, { ...chat, ...heartbeat }, 2],
])('%s → as many ways to people as there are', async (_what, env, secrets, ways) => {
  const input = await shownWith(env, secrets);
  expect(Object.keys(input).toSorted()).toEqual(['alertmanager_integrations', 'alertmanager_receivers']);
  expect(await ask([{ step: 5, input, answers: [{ at: 0, expr: waysToPeople, answer: { '{}': ways } }] }])).toBe('');
});
