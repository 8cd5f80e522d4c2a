import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readHello } from '../../src/deploy/hello.ts';
import { createJournal } from '../../src/deploy/journal.ts';
import { createRun } from '../../src/platform/run.ts';
import { root as project } from '../backup/support.ts';

const entry = join(project, 'scripts', 'host', 'shortstack-entry');
const commit = 'c'.repeat(40);
let folder = '';
let server = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entry-'));
  server = join(folder, 'server');
  await mkdir(join(server, '.deploy'), { recursive: true });
});
afterEach(async () => await rm(folder, { recursive: true }));

/** An engine of which one says what it answers. */
async function engine(script: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(join(folder, 'bin', 'docker'), `#!/bin/bash\n${script}\n`);
  await chmod(join(folder, 'bin', 'docker'), 0o755);
}
const ask = (words: string, from = '/dev/null') => {
  const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, SHORTSTACK_ROOT: server };
  return createRun({ cwd: folder, env })('bash', ['-c', '"$1" "$2" < "$3"', 'bash', entry, words, from]);
};
const trees = () => readdir(join(server, '.deploy', 'trees'));

/** An archive with one file, as a client sends it. */
async function archive(name: string, text: string): Promise<string> {
  await writeFile(join(folder, 'file'), text);
  execFileSync('tar', ['-czf', join(folder, name), '-C', folder, 'file']);
  return join(folder, name);
}

describe('files that arrive', () => {
  test('of a commit that is there, which somebody may be deploying: that tree stays the very same', async () => {
    expect((await ask(`receive ${commit}`, await archive('first', '1'))).code).toBe(0);
    const tree = join(server, '.deploy', 'trees', commit);
    await symlink('/nowhere', join(tree, '.secrets'));
    const before = await stat(tree);
    expect((await ask(`receive ${commit}`, await archive('second', '1'))).code).toBe(0);
    expect((await stat(tree)).ino).toBe(before.ino);
    expect((await readdir(tree)).sort()).toEqual(['.secrets', 'file']);
    expect(await trees()).toEqual([commit]);
  });
  test('from two at once: both are told that they are there, and one tree is', async () => {
    const from = await archive('one', '1');
    const both = await Promise.all([ask(`receive ${commit}`, from), ask(`receive ${commit}`, from)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await trees()).toEqual([commit]);
    expect(await readFile(join(server, '.deploy', 'trees', commit, 'file'), 'utf8')).toBe('1');
  });
  test('cut off, or none at all: nothing is left of them', async () => {
    const whole = await archive('whole', 'x'.repeat(1_000_000));
    await writeFile(join(folder, 'half'), (await readFile(whole)).subarray(0, 500));
    execFileSync('tar', ['-czf', join(folder, 'none'), '-T', '/dev/null']);
    for (const name of ['half', 'none']) expect((await ask(`receive ${commit}`, join(folder, name))).code).not.toBe(0);
    expect(await trees()).toEqual([]);
  });
});

describe('what a server says of itself', () => {
  const idle = `case "$1 $2" in
    'version --format') echo 28.5.2 ;;
    'compose version') echo 2.40.3 ;;
    'info --format') echo ${tmpdir()} ;;
    inspect*) exit 1 ;;
  esac`;
  test('what is free, before anything is sent to it', async () => {
    await engine(idle);
    const { code, stdout } = await ask('hello');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^disk \d+\nmemory \d+\n$/m)]);
    expect(readHello(stdout).holder).toBeUndefined();
  });
  test('a place of images that cannot be seen is left out', async () => {
    await engine(idle.replace(tmpdir(), '/nowhere'));
    expect((await ask('hello')).stdout).toMatch(/^disk \d+$/m);
  });
  test('who deploys to it', async () => {
    await engine(
      idle.replace('inspect*) exit 1', 'inspect*) [[ $3 == *Running* ]] && echo true || echo "deploy x since today"'),
    );
    expect(readHello((await ask('hello')).stdout).holder).toBe('deploy x since today');
  });
});

describe('the code that undoes and goes back', () => {
  /** An engine that may pull nothing, whose container of tools is this machine's Node; says with which image it was asked. */
  const running = `case "$1" in
    run) [[ " $* " == *' --pull never '* ]] || exit 125
      while [[ $1 != tools:* ]]; do shift; done; echo "with $1"; "${process.execPath}" "\${@:2}" >&2 || exit 1 ;;
    inspect) exit 1 ;;
    logs) cat "$SHORTSTACK_ROOT/.deploy/started" ;;
    wait) echo 0 ;;
  esac`;
  const tree = (at: string) => join(server, at, 'scripts', 'src');
  async function write(at: string, code: string): Promise<void> {
    await mkdir(tree(at), { recursive: true });
    await writeFile(join(tree(at), 'main.ts'), code);
  }
  const says = (what: string) => `console.error('${what}', ...process.argv.slice(2));`;
  /** Ended when these steps had begun; a release before that was there, if one was. */
  async function endedAfter(begun: string[], before: string): Promise<void> {
    await write('.', begun.includes('files') ? 'half of (' : says('of the release'));
    await writeFile(join(server, '.deploy', 'tools'), 'tools:2\n');
    await mkdir(join(server, '.deploy', 'before', 'tree'), { recursive: true });
    if (before !== '') await write('.deploy/before/tree', says('of before'));
    await writeFile(join(server, '.deploy', 'before', 'tools'), before);
    const entry = { commit, by: 'ann', at: '2026-01-31T12:00:00Z', begun, imageBefore: 'app:1' };
    await createJournal({ folder: join(server, '.deploy') }).write(entry);
  }
  beforeEach(async () => await engine(running));

  test.each(['undo', 'rollback'])(
    '%s, ended while files changed: that of before, whole, with its tools',
    async (verb) => {
      await endedAfter(['copy', 'files'], 'tools:1');
      expect(await ask(verb)).toMatchObject({ code: 0, stdout: `with tools:1\nof before host ${verb}\n` });
    },
  );
  test('ended before anything changed, or nothing ended: that of the release', async () => {
    await endedAfter(['preflight', 'copy'], 'tools:1');
    expect((await ask('undo')).stdout).toBe('with tools:2\nof the release host undo\n');
    await rm(join(server, '.deploy', 'journal.json'));
    expect((await ask('rollback 3')).stdout).toBe('with tools:2\nof the release host rollback 3\n');
  });
  test('ended while files of a first deployment came: there is none before, and a deployment brings its own', async () => {
    await endedAfter(['copy', 'files'], '');
    expect((await ask('undo')).code).toBe(1);
    await write(`.deploy/trees/${commit}`, says('of what comes'));
    expect((await ask(`deploy ${commit} TOOLS_IMAGE=tools:3`)).stdout).toContain(
      'with tools:3\nof what comes host deploy',
    );
  });
});

describe('a deployment that is refused', () => {
  const running = `case "$1 $2" in
    'inspect --format') [[ $3 == *Running* ]] && echo true || echo 'deploy x since today' ;;
    'run --pull') echo taken >&2; exit 125 ;;
  esac`;
  test('says who holds the lock, and leaves the tools that the server has', async () => {
    await engine(running);
    await writeFile(join(server, '.deploy', 'tools'), 'tools:1\n');
    await ask(`receive ${commit}`, await archive('first', '1'));
    const { code, stderr } = await ask(`deploy ${commit} TOOLS_IMAGE=tools:2`);
    expect([code, stderr]).toEqual([3, 'refused, this runs already: deploy x since today\n']);
    expect(await readFile(join(server, '.deploy', 'tools'), 'utf8')).toBe('tools:1\n');
  });
  test('also where there were none yet', async () => {
    await engine(running);
    await ask(`receive ${commit}`, await archive('first', '1'));
    expect((await ask(`deploy ${commit} TOOLS_IMAGE=tools:2`)).code).toBe(3);
    expect(existsSync(join(server, '.deploy', 'tools'))).toBe(false);
  });
});
