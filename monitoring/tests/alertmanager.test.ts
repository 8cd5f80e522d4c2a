import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { alerts } from '../src/rules/groups.ts';

const run = promisify(execFile);
const folder = join(import.meta.dirname, '..', 'alertmanager');

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'alertmanager-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

type Receiver = {
  name: string;
  email_configs?: Record<string, unknown>[];
  discord_configs?: Record<string, unknown>[];
  webhook_configs?: object[];
};

/** Renders with these settings and secrets; the file, what it says of people, and what was printed. */
async function render(env: Record<string, string>, secrets: Record<string, string> = {}) {
  for (const [name, text] of Object.entries(secrets)) await writeFile(join(place, name), text);
  const file = join(place, 'alertmanager.yml');
  const { stdout } = await run(join(folder, 'start.sh'), ['echo', 'started'], {
    env: { PATH: process.env['PATH'], CONFIG_FOLDER: folder, SECRETS_FOLDER: place, CONFIG_FILE: file, ...env },
  });
  await run('amtool', ['check-config', file]);
  const text = await readFile(file, 'utf8');
  const { receivers } = parse(text) as { receivers: Receiver[] };
  const named = (name: string) => receivers.find((receiver) => receiver.name === name);
  return { file, text, stdout, people: named('people'), heartbeat: named('heartbeat') };
}

const mail = { SMTP_HOST: 'mail.example', SMTP_TO: 'me@example.com' };

describe('what is rendered', () => {
  test('nothing set → a valid configuration that tells nobody, and says so', async () => {
    const { people, stdout, heartbeat } = await render({});
    expect(people).toEqual({ name: 'people' });
    expect(heartbeat).toBeUndefined();
    expect(stdout).toContain('nobody is told of alerts');
  });

  test('mail and Discord → both', async () => {
    const { people, stdout } = await render(mail, { discord_webhook_url: 'https://chat.example/hook\n' });
    expect(people?.email_configs?.[0]).toMatchObject({
      to: 'me@example.com',
      smarthost: 'mail.example:587',
      require_tls: true,
    });
    expect(people?.discord_configs?.[0]).toMatchObject({
      webhook_url: 'https://chat.example/hook',
      send_resolved: true,
    });
    expect(stdout).not.toContain('nobody');
  });

  test.each(['simple', 'with "quotes" and \\ and $HOME and `x` and {{ y }}', "it's: #1 & <more>"])(
    'the password %j → arrives as it is, and is not printed',
    async (password) => {
      const { people, stdout } = await render({ ...mail, SMTP_USER: 'me' }, { smtp_password: password });
      expect(people?.email_configs?.[0]?.['auth_password']).toBe(password);
      expect(stdout).not.toContain(password);
    },
  );

  test('the file is for its owner alone', async () => {
    const { file } = await render(mail);
    const { stdout } = await run('stat', ['-c', '%a', file]);
    expect(stdout.trim()).toBe('600');
  });
});

describe('routes', () => {
  test('every alert reaches its receiver', async () => {
    const { file } = await render(mail, { heartbeat_url: 'https://beat.example/beat' });
    const receivers = { critical: 'people', warning: 'people', none: 'heartbeat' } as const;
    for (const { name, severity } of alerts) {
      const { stdout } = await run('amtool', [
        'config',
        'routes',
        'test',
        `--config.file=${file}`,
        `alertname=${name}`,
        `severity=${severity}`,
      ]);
      expect([name, stdout.trim()]).toEqual([name, receivers[severity]]);
    }
  });

  test('what is inhibited are alerts that exist', async () => {
    const { text } = await render(mail);
    const { inhibit_rules } = parse(text) as {
      inhibit_rules: { source_matchers: string[]; target_matchers: string[] }[];
    };
    const matchers = inhibit_rules.flatMap(({ source_matchers, target_matchers }) => [
      ...source_matchers,
      ...target_matchers,
    ]);
    const named = matchers.flatMap((matcher) => /^alertname=~?"(.*)"$/.exec(matcher)?.[1]?.split('|') ?? []);
    const known = new Set(alerts.map(({ name }) => name));
    expect(named.filter((name) => !name.includes('*') && !known.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });
});
