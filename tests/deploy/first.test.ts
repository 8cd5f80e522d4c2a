import { expect, test } from '@jest/globals';
import { ask } from './support/ask.ts';
import { onServer } from './support/place.ts';
import { bookmark, change, leadsTo, script, setting } from './support/server.ts';
import { settings } from './support/walk.ts';

const ofTheStack = '--filter label=com.docker.compose.project=shortstack';
const written = `DOMAIN=example.com\nACME_EMAIL=you@example.com\n${settings}`;

/** The server as it is before its first deployment, with the settings that a person writes. */
const wipe = () =>
  onServer(`set -e
    cd /opt/shortstack
    docker compose stop autoscaler
    docker compose --profile '*' down --volumes --remove-orphans
    docker volume ls -q ${ofTheStack} | xargs -r docker volume rm
    find . -mindepth 1 -delete
    printf '${written.replaceAll('\n', '\\n')}' > .env
    chmod 600 .env`);

/** The link of docs/deployment.md: another test follows it. */
async function shortenFirst(): Promise<number> {
  const headers = { authorization: `Bearer ${await setting('API_KEY')}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ url: 'https://www.example.com/a/long/way', custom_alias: 'first' });
  return (await ask('/shorten', { method: 'POST', headers, body })).status;
}

test('a first deployment that fails: the next one is a first one again, keeps the secrets, and serves', async () => {
  await wipe();
  const takeBack = bookmark();
  change("if (process.argv[2] === 'serve') process.exit(1);");
  const { code, stdout, stderr } = await script('deploy');
  takeBack();
  expect([code, stdout + stderr]).toEqual([
    1,
    expect.stringContaining('failed at "replicas", everything is as before'),
  ]);
  expect(await onServer(`docker ps -aq ${ofTheStack}`)).toBe('');
  const passphrase = await setting('BACKUP_PASSPHRASE');
  expect([await setting('APP_IMAGE'), passphrase]).toEqual(['', expect.stringMatching(/^\w{32}$/)]);
  expect(await script('deploy')).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to back up yet') });
  expect(await setting('BACKUP_PASSPHRASE')).toBe(passphrase);
  expect(await shortenFirst()).toBe(201);
  expect(await leadsTo('first')).toBe('https://www.example.com/a/long/way');
});
