import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { stepNames } from './support/ending.ts';
import { eventually } from './support/eventually.ts';
import { checkout, onServer } from './support/place.ts';
import {
  bookmark,
  change,
  clicksOf,
  credentials,
  lastRelease,
  leadsTo,
  powerCut,
  psql,
  restart,
  running,
  script,
  shorten,
} from './support/server.ts';

const target = 'https://www.example.org/interrupted';
let code = '';
beforeAll(async () => {
  code = await shorten(target);
});

const underWay = () =>
  eventually('a deployment is under way', async () => onServer('docker inspect shortstack-deploy'), 300_000);
const followed = () =>
  eventually('the link leads somewhere', async () => ((await leadsTo(code)) === target ? true : undefined), 180_000);

test('two at once: the second is told who holds the lock', async () => {
  change('// Two at once.');
  const first = script('deploy');
  await underWay();
  const second = await script('rollback');
  expect([second.code, second.stdout + second.stderr]).toEqual([
    3,
    expect.stringContaining('refused, this runs already: deploy'),
  ]);
  expect((await first).code).toBe(0);
});

test('the connection is cut: the server goes on by itself', async () => {
  const commit = change('// The connection is cut.');
  const verb = join(checkout, 'scripts', 'deploy');
  const client = spawn(verb, { cwd: checkout, env: credentials(), stdio: 'ignore', detached: true });
  await underWay();
  process.kill(-(client.pid ?? 0), 'SIGKILL');
  await eventually(
    'it serves',
    async () => ((await lastRelease()).includes(`${commit.slice(0, 12)}  serves`) ? true : undefined),
    300_000,
  );
  expect(await leadsTo(code)).toBe(target);
});

test('Ctrl-C while images are sent: nothing has changed, and nothing is left here', async () => {
  const [takeBack, before] = [bookmark(), await running()];
  change('// Ctrl-C while it is sent.');
  const temporary = mkdtempSync(join(tmpdir(), 'ctrl-c-'));
  const env = { ...credentials(), TMPDIR: temporary };
  const client = spawn(join(checkout, 'scripts', 'deploy'), {
    ...{ cwd: checkout, env, detached: true },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  client.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = once(client, 'close');
  await eventually('images come', async () => onServer('pgrep -f "docker loa[d]"'), 300_000);
  process.kill(-(client.pid ?? 0), 'SIGINT');
  await ended;
  expect([client.exitCode, said.trim().split('\n').at(-1)]).toEqual([
    130,
    'interrupted: nothing has changed on the server; scripts/deploy begins anew',
  ]);
  expect(readdirSync(temporary).filter((name) => /^(deploy|release)-/.test(name))).toEqual([]);
  rmSync(temporary, { recursive: true });
  takeBack();
  expect(await running()).toEqual(before);
});

/** Ends what deploys on the server at once when it begins with a step of a commit. Watched there, so as not to miss one. */
const killAt = (step: string, commit: string) =>
  onServer(`for _ in $(seq 15000); do
    if grep -qs '${commit}.*"${step}"' /opt/shortstack/.deploy/journal.json; then docker kill shortstack-deploy; exit; fi
    sleep 0.02
  done; exit 1`);

/** As the power may leave it within the step "files", at the worst place: what would undo it cannot be run. */
const halfChanged = "cd /opt/shortstack && echo 'half of (' > scripts/src/main.ts && echo not-here:0 > .deploy/tools";

describe('ended in the middle', () => {
  // The last one is over at once where nothing watches.
  const steps = stepNames.filter((name) => name !== 'quiet');
  test.each(steps)('at "%s": links are followed, and everything is as before when it is undone', async (step) => {
    const takeBack = bookmark();
    const before = await running();
    const tree =
      'cd /opt/shortstack && find . \\( -path ./.deploy -o -path ./.data \\) -prune -o -type f ! -name .env -print0 | sort -z | xargs -0 sha256sum | sha256sum';
    const files = await onServer(tree);
    const commit = change(`// Ended at ${step}.`);
    const ended = script('deploy');
    await killAt(step, commit);
    expect((await ended).code).not.toBe(0);
    expect(await leadsTo(code)).toBe(target);
    if (step === 'files') await onServer(halfChanged);
    expect(await onServer('shortstack-entry undo')).toContain('everything is as before');
    expect([await running(), await onServer(tree)]).toEqual([before, files]);
    expect(await leadsTo(code)).toBe(target);
    takeBack();
  });

  test('by the power: everything comes back by itself, and the next one undoes and goes on', async () => {
    const commit = change('// The power goes.');
    const cut = script('deploy');
    await eventually(
      'replicas are being replaced',
      async () =>
        (await onServer('cat /opt/shortstack/.deploy/journal.json')).includes('"replicas"') ? true : undefined,
      300_000,
    );
    powerCut();
    expect((await cut).code).not.toBe(0);
    await followed();
    const { code: ended, stdout } = await script('deploy');
    expect([ended, stdout]).toEqual([0, expect.stringContaining('was interrupted at')]);
    expect(await lastRelease()).toContain(`${commit.slice(0, 12)}  serves`);
  });
});

test('a restart of the machine: everything comes back by itself, and no click that was answered is lost', async () => {
  const codes = await Promise.all(['one', 'two', 'three'].map((name) => shorten(`https://www.example.org/${name}`)));
  const [urls, counted] = [await psql('select count(*) from urls'), await clicksOf(code)];
  const times = [7, 40, 90];
  for (let time = 0; time < Math.max(...times); time += 1)
    for (const [index, one] of codes.entries())
      if (time < (times[index] ?? 0)) expect(await leadsTo(one)).toContain('https://www.example.org/');
  await restart();
  await followed();
  expect(await psql('select count(*) from urls')).toBe(urls);
  const clicks = () => Promise.all(codes.map(clicksOf));
  await eventually('every click is there', async () => (String(await clicks()) === String(times) ? true : undefined));
  // The one that `followed` made is counted as well: what came before it has come.
  await eventually('and one more', async () => ((await clicksOf(code)) > counted ? true : undefined));
  expect(await clicks()).toEqual(times);
});
