import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRun } from '../src/platform/run.ts';

const root = join(import.meta.dirname, '..', '..');
const digest = (sign: string) => `sha256:${sign.repeat(64)}`;
const commit = 'c'.repeat(40);

let folder = '';
let said = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-'));
  said = join(folder, 'said');
  mkdirSync(join(folder, '.ci'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(said, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program of others: it writes down its words, and does what is said here. */
function standIn(name: string, body = ''): void {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/bash\nprintf '%s\\n' "${name} $*" >> '${said}'\n${body}\n`);
  chmodSync(path, 0o755);
}
const asked = () => readFileSync(said, 'utf8').trim().split('\n');

/** Runs a script of .ci in a folder of its own. */
function ci(script: string, words: string[], env: Record<string, string> = {}) {
  writeFileSync(join(folder, '.ci', script), readFileSync(join(root, '.ci', script)), { mode: 0o755 });
  const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`;
  return createRun({ cwd: folder, env: { ...process.env, PATH } })(join(folder, '.ci', script), words, { env });
}

describe('in-debian', () => {
  test('has all rights and an engine of its own, whatever the folder belongs to, and says that tests decide', async () => {
    standIn('docker');
    expect(await ci('in-debian', ['.ci/run', 'test:stack'])).toMatchObject({ code: 0 });
    const words = asked().join('\n');
    expect(words).toMatch(/^docker run --rm .*--privileged --cgroupns host /);
    for (const part of [
      '--env CI=true',
      '--env GITHUB_SHA ',
      `--volume ${folder}:${folder}`,
      '--volume /var/lib/docker28',
      'safe',
    ])
      expect(words).toContain(part);
    expect(words).not.toContain('docker.sock');
    expect(words).toMatch(/bash \.ci\/run test:stack$/);
  });
  test('what fails inside fails', async () => {
    standIn('docker', 'exit 7');
    expect(await ci('in-debian', ['true'])).toMatchObject({ code: 7 });
    expect(await ci('in-debian', [])).toMatchObject({ code: 2, stderr: expect.stringContaining('usage') });
  });
});

test('the tests of the stack say at once that they need root, and try nothing', () => {
  const somebody = 'data:text/javascript,process.getuid = () => 1000';
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', somebody, 'bin/test-stack.ts', 'core'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([1, '0 passed, 1 failed\n']);
  expect(stderr).toContain('need root');
});

describe('load-image', () => {
  test('one of a registry is the one that is scanned', async () => {
    standIn('docker');
    const reference = `r.example/me/app@${digest('a')}`;
    expect(await ci('load-image', ['app', reference])).toMatchObject({ code: 0 });
    expect(asked()).toEqual([`docker pull --quiet ${reference}`, `docker tag ${reference} shortstack/app:scanned`]);
  });
  test('without one it is built, with what a build is told', async () => {
    standIn('docker');
    await ci('load-image', ['database', ''], { ARGUMENTS: 'POSTGRES_IMAGE=postgres:18.1' });
    await ci('load-image', ['app', ''], { ARGUMENTS: '' });
    expect(asked()).toEqual([
      'docker build --target database --build-arg POSTGRES_IMAGE=postgres:18.1 --tag shortstack/database:scanned .',
      'docker build --target app --tag shortstack/app:scanned .',
    ]);
  });
});

describe('name-images', () => {
  const [app, database] = [`r.example/me/app@${digest('a')}`, `r.example/me/database@${digest('d')}`];
  const PLAN = JSON.stringify([
    { target: 'database', name: 'inputs-0123' },
    { target: 'app', name: '' },
  ]);
  const create = 'docker buildx imagetools create --prefer-index=false --tag';
  test('each has the name of its commit, and Postgres that of what it was made from; all are written down', async () => {
    standIn('docker');
    expect(await ci('name-images', [commit], { PLAN, IMAGES: JSON.stringify({ app, database }) })).toMatchObject({
      code: 0,
    });
    expect(asked()).toEqual([
      `${create} r.example/me/app:${commit} ${app}`,
      `${create} r.example/me/database:${commit} --tag r.example/me/database:inputs-0123 ${database}`,
    ]);
    expect(readFileSync(join(folder, 'images'), 'utf8')).toBe(`${app}\n${database}\n`);
  });
  test.each([
    ['one is missing', { app }],
    ['one has no digest', { app, database: 'r.example/me/database@' }],
    ['one is another', { app, database: app }],
  ])('%s: no list is left', async (_what, images) => {
    standIn('docker');
    expect((await ci('name-images', [commit], { PLAN, IMAGES: JSON.stringify(images) })).code).toBe(1);
    expect(existsSync(join(folder, 'images'))).toBe(false);
  });
});

describe('fetch-images', () => {
  const env = { GITHUB_REPOSITORY: 'Me/It' };
  const fetch = () => ci('fetch-images', [commit, 'r.example/Me/It'], env);
  const leave = (text: string) => `[ "$1" = api ] && echo 42; [ "$1" = run ] && printf '${text}' > images; true`;
  test('what CI has left of this commit of main', async () => {
    standIn('gh', leave(`r.example/me/it/app@${digest('a')}\\n`));
    expect(await fetch()).toMatchObject({ code: 0 });
    const [looked, downloaded] = asked();
    expect(looked).toContain(`workflows/ci.yml/runs?head_sha=${commit}&event=push&branch=main`);
    expect(downloaded).toBe('gh run download 42 --repo Me/It --name images');
  });
  test.each([
    ['CI has not run for it', 'true', 'CI has not run'],
    ['it has not passed', '[ "$1" = api ] && echo 42', 'has left no images'],
    ['an image is of somebody else', leave(`r.example/you/it/app@${digest('a')}\\n`), 'no image of'],
    ['an image may be another tomorrow', leave('r.example/me/it/app:latest\\n'), 'no image of'],
    ['the list is empty', leave(''), 'is empty'],
  ])('%s: refused, and says so', async (_what, body, why) => {
    standIn('gh', body);
    expect(await fetch()).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
  });
});

describe('start-deployment', () => {
  const env = { GITHUB_REPOSITORY: 'Me/It' };
  const newer = 'd'.repeat(40);
  test('main is still at the commit: it is deployed', async () => {
    standIn('gh', `[ "$1" = api ] && echo ${commit}; true`);
    expect(await ci('start-deployment', [commit], env)).toMatchObject({ code: 0 });
    expect(asked()).toEqual([
      'gh api repos/Me/It/git/ref/heads/main --jq .object.sha',
      `gh workflow run deploy.yml --repo Me/It --ref main --field commit=${commit}`,
    ]);
  });
  test('main has gone on: an older commit whose CI ran again, or longer, takes no newer one back, and it is said', async () => {
    standIn('gh', `echo ${newer}`);
    const { code, stdout } = await ci('start-deployment', [commit], env);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`main is at ${newer}`)]);
    expect(asked()).toHaveLength(1);
  });
  test('where main is cannot be found out: nothing is deployed, and the job fails', async () => {
    standIn('gh', 'exit 1');
    expect(await ci('start-deployment', [commit], env)).toMatchObject({ code: 1 });
    expect(asked()).toHaveLength(1);
  });
});
