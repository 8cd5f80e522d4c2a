import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { ask } from './support/ask.ts';
import { eventually } from './support/eventually.ts';
import { logsOfServer, secrets, watchProcesses } from './support/leaks.ts';
import { startLoad } from './support/load.ts';
import { base, folder, onServer } from './support/place.ts';
import {
  bookmark,
  change,
  clicksOf,
  commit,
  lastRelease,
  leadsTo,
  psql,
  running,
  script,
  setting,
  shorten,
} from './support/server.ts';

const template = 'nginx/templates/servers.conf.template';
const composeFile = 'docker-compose.yml';
let key = '';
let code = '';
let takeBack: (() => void) | undefined;
beforeAll(async () => {
  [key, code] = [await setting('API_KEY'), await shorten('https://www.example.org/updated')];
});
afterEach(() => {
  takeBack?.();
  takeBack = undefined;
});

const monitorRole = () => psql("select count(*) from pg_roles where rolname = 'shortstack_monitor'");

/** What a changed template of nginx answers by itself, and the container that does. */
const changedEdge = {
  [template]: (before: string) => before.replaceAll('\nserver {\n', '$&  location = /--changed { return 204; }\n'),
};
const edge = async () => [
  await onServer("docker inspect --format '{{.Id}} {{.State.StartedAt}}' shortstack-nginx-1"),
  (await ask('/--changed')).status,
];

test('an update of edge and release, of a database that lacks a role, and a rollback: under load no request fails and no click is lost', async () => {
  const before = await running();
  await psql('drop owned by shortstack_monitor; drop role shortstack_monitor');
  expect(await monitorRole()).toBe('0');
  const followed = await shorten('https://www.example.org/under-load');
  const load = startLoad(base, key, followed);
  takeBack = bookmark();
  const [container] = await edge();
  commit({ 'app/src/main.ts': (text) => `// An update.\n${text}`, ...changedEdge });
  const updated = await script('deploy');
  const [after, edgeAfter] = [await running(), await edge()];
  const back = await script('rollback');
  const { failures, gets, posts } = await load.stop();
  expect([updated.code, back.code, await monitorRole()]).toEqual([0, 0, '1']);
  expect(after).not.toEqual(before);
  expect([edgeAfter, await edge()]).toEqual([
    [container, 204],
    [container, 404],
  ]);
  expect(await running()).toEqual(before);
  expect(failures).toEqual([]);
  expect([gets > 500, posts > 50]).toEqual([true, true]);
  await eventually('every click is counted', async () => ((await clicksOf(followed)) === gets ? true : undefined));
  expect(await lastRelease()).toContain('rollback to ');
});

test('an update of nginx itself and a rollback: its container is another, and who comes meanwhile waits and is served', async () => {
  const followed = await shorten('https://www.example.org/another-nginx');
  const load = startLoad(base, key, followed);
  takeBack = bookmark();
  const [before] = await edge();
  commit({ 'nginx/nginx.conf': (text) => `# Another.\n${text}` });
  const updated = await script('deploy');
  const [after] = await edge();
  const back = await script('rollback');
  const { failures, gets, posts } = await load.stop();
  expect([updated.code, back.code, failures]).toEqual([0, 0, []]);
  expect(new Set([before, after, (await edge())[0]]).size).toBe(3);
  expect([gets > 500, posts > 50]).toEqual([true, true]);
  await eventually('every click is counted', async () => ((await clicksOf(followed)) === gets ? true : undefined));
});

const notes = () =>
  psql("select count(*) from information_schema.columns where table_name = 'urls' and column_name = 'note'");
const backups = async () =>
  (await onServer('docker exec shortstack-backup-1 pgbackrest info --stanza=main')).split('\n');
const countBackups = async () => (await backups()).filter((line) => / backup: /.test(line)).length;

test('an update with a migration, a rollback, and forth by its number: backed up before, no request fails, the schema stays, no secret is seen', async () => {
  const [before, saved] = [await running(), await countBackups()];
  const [load, processes] = [startLoad(base, key, code), await watchProcesses()];
  takeBack = bookmark();
  commit({ 'app/src/platform/migrations/900_note.sql': 'alter table urls add column note text;\n' });
  const updated = await script('deploy');
  const words = await processes.stop();
  const after = [await notes(), await countBackups()];
  const [release, number = ''] = [await running(), (await lastRelease()).trim().split(' ')[0]];
  const back = await script('rollback');
  const { failures } = await load.stop();
  const gone = await running();
  const forth = await script('rollback', ['--to', number]);
  expect([updated.code, back.code, forth.code]).toEqual([0, 0, 0]);
  expect(updated.stdout).toContain('before 900_note.sql');
  expect(after).toEqual(['1', saved + 1]);
  expect([await notes(), gone, await running()]).toEqual(['1', before, release]);
  expect(await lastRelease()).toContain(`rollback to ${number}`);
  expect(failures).toEqual([]);
  // That it was looked while the deployment ran, here and there.
  for (const part of ['scripts/src/main.ts deploy', 'host deploy', 'pgbackrest']) expect(words).toContain(part);
  const said = [updated, back, forth].flatMap(({ stdout, stderr }) => [stdout, stderr]).join('\n');
  const hidden = await secrets();
  expect(hidden.map(([name]) => name)).toEqual(expect.arrayContaining(['API_KEY', 'BACKUP_PASSPHRASE', 'the key']));
  const logs = await logsOfServer();
  // That there was something to be found.
  expect(logs['releases']).toContain(`rollback to ${number}`);
  const spoke = ['engine', 'shortstack-postgres-1', 'shortstack-autoscaler-1'];
  expect(Object.keys(logs)).toEqual(expect.arrayContaining(spoke));
  for (const [where, text] of Object.entries({ words, said, ...logs }))
    expect([where, hidden.filter(([, secret]) => text.includes(secret)).map(([name]) => name)]).toEqual([where, []]);
});

/** A release of which a service ends as soon as it starts, with replicas of its own. */
const without = (service: string) => () =>
  commit({
    [composeFile]: (before) => {
      const after = before.replace(`\n  ${service}:\n    <<: *base\n`, '$&    entrypoint: [/nowhere]\n');
      if (after === before) throw new Error(`${service} does not begin so`);
      return after;
    },
    'app/src/main.ts': (before) => `// Without ${service}.\n${before}`,
  });

const bad: [string, string, () => string][] = [
  [
    'a setting that Compose does not take',
    'configuration',
    () => commit({ [composeFile]: (before) => `${before}\nnonsense: 1\n` }),
  ],
  [
    'a template that nginx does not take',
    'configuration',
    () => commit({ [template]: (before) => `${before}\nnonsense;\n` }),
  ],
  ['a service that does not start', 'services', without('certificates')],
  // Going back needs them: they are there again first.
  ['an autoscaler that does not start', 'services', without('autoscaler')],
  ['a gate that does not start', 'services', without('gate')],
  ['a release that never gets ready', 'replicas', () => change("if (process.argv[2] === 'serve') process.exit(1);")],
];

test.each(bad)('%s: fails at "%s", and everything is as before', async (_what, step, make) => {
  const before = await running();
  const load = startLoad(base, key, code);
  takeBack = bookmark();
  make();
  const { code: ended, stdout, stderr } = await script('deploy');
  const { failures } = await load.stop();
  expect([ended, stdout + stderr]).toEqual([
    1,
    expect.stringContaining(`failed at "${step}", everything is as before`),
  ]);
  expect(await running()).toEqual(before);
  expect(failures).toEqual([]);
  expect(await lastRelease()).toContain('failed');
});

test('a Postgres that does not start: links are followed, and everything is as before', async () => {
  const before = await running();
  const load = startLoad(base, key, code);
  takeBack = bookmark();
  without('postgres')();
  const { code: ended, stdout, stderr } = await script('deploy');
  const { failures } = await load.stop();
  expect([ended, stdout + stderr]).toEqual([
    1,
    expect.stringContaining('failed at "services", everything is as before'),
  ]);
  expect(await running()).toEqual(before);
  // Nothing can be written while it is away.
  expect(failures.filter((failure) => !failure.includes(' POST '))).toEqual([]);
  expect(await leadsTo(await shorten('https://www.example.org/after-it'))).toBe('https://www.example.org/after-it');
  expect(await lastRelease()).toContain('failed');
});

test('the autoscaler hangs and Postgres is down: a deployment is refused, a rollback starts them and goes back', async () => {
  const before = await running();
  takeBack = bookmark();
  change('// To be gone back from.');
  expect((await script('deploy')).code).toBe(0);
  await onServer('docker pause shortstack-autoscaler-1 && docker stop shortstack-postgres-1');
  const refused = await script('deploy');
  expect([refused.code, refused.stdout + refused.stderr]).toEqual([
    1,
    expect.stringContaining('the autoscaler does not answer'),
  ]);
  const back = await script('rollback');
  expect([back.code, back.stdout + back.stderr]).toEqual([
    0,
    expect.stringContaining('the autoscaler does not answer: it begins anew with the other services'),
  ]);
  expect(await running()).toEqual(before);
  expect(await leadsTo(await shorten('https://www.example.org/gone-back'))).toBe('https://www.example.org/gone-back');
});

/** Makes an image on the server that says of itself that it is another major version of Postgres; answers its name. */
async function makeOlderPostgres(database: string): Promise<string> {
  const say = 'printf "#!/bin/sh\\necho \\"postgres (PostgreSQL) 9.6\\"\\n"';
  const replace = `path=$(command -v postgres) && rm "$path" && ${say} > "$path" && chmod 755 "$path"`;
  await onServer(`docker run --name older-postgres --user root --entrypoint sh ${database} -c '${replace}'`);
  await onServer('docker commit older-postgres older-postgres:9 && docker rm older-postgres');
  return 'older-postgres:9';
}

test('Postgres of another major version: a deployment that brings it is refused, a rollback keeps the one with the data', async () => {
  const [before, database] = [await running(), await setting('DATABASE_IMAGE')];
  const older = await makeOlderPostgres(database);
  const log = '/opt/shortstack/.deploy/releases.jsonl';
  const serving = (await onServer(`grep '"outcome":"serves"' ${log} | tail -n 1`)).trim();
  const { commit: served, images } = JSON.parse(serving) as { commit: string; images: Record<string, string> };
  const words = Object.entries({ ...images, DATABASE_IMAGE: older, BY: 'ann', ASKED_AT: Date.now() });
  const asked = words.map(([name, value]) => `${name}=${value}`).join(' ');
  expect(await onServer(`shortstack-entry "deploy ${served} ${asked}" 2>&1 || true`)).toMatch(
    /failed at "configuration", everything is as before: the release brings Postgres 9, and the data here are of 1\d/,
  );
  expect(await running()).toEqual(before);
  takeBack = bookmark();
  change('// After an upgrade of Postgres.');
  expect((await script('deploy')).code).toBe(0);
  await onServer(`sed -i 's|"DATABASE_IMAGE":"[^"]*"|"DATABASE_IMAGE":"${older}"|' ${log}`);
  try {
    const back = await script('rollback');
    expect([back.code, back.stdout + back.stderr]).toEqual([
      0,
      expect.stringContaining('Postgres and its backups stay as they are'),
    ]);
    // The image of backups has the same Postgres, and stays with it.
    const others = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('backup '));
    expect([await setting('DATABASE_IMAGE'), others(await running())]).toEqual([database, others(before)]);
  } finally {
    await onServer(`sed -i 's|"DATABASE_IMAGE":"${older}"|"DATABASE_IMAGE":"${database}"|' ${log}`);
    await onServer(`docker image rm ${older}`);
  }
});

test('no answer from where it is asked: the server goes back, and the summary says so', async () => {
  const before = await running();
  takeBack = bookmark();
  change('// Nobody reaches it.');
  const summary = join(folder, 'summary.md');
  const { code: ended, stdout } = await script('deploy', ['--smoke', 'http://127.0.0.1:9/', '--summary', summary], {
    GITHUB_SERVER_URL: 'https://code.example',
    GITHUB_REPOSITORY: 'me/it',
    GITHUB_RUN_ID: '7',
  });
  expect([ended, stdout]).toEqual([1, expect.stringContaining('the release before serves again')]);
  expect(await running()).toEqual(before);
  const text = readFileSync(summary, 'utf8');
  for (const part of ['**failed**', '[this run](https://code.example/me/it/actions/runs/7)'])
    expect(text).toContain(part);
  expect(text).toMatch(/\| replicas \| \d+\.\d s \|/);
});
