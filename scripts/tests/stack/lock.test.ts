import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { asOnlyOne } from '../../src/commands/alone.ts';
import type { Command } from '../../src/commands/command.ts';
import { down } from '../../src/commands/down.ts';
import { host } from '../../src/commands/host.ts';
import { openChaos } from '../../src/commands/open-chaos.ts';
import { release } from '../../src/commands/release.ts';
import { restore } from '../../src/commands/restore.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { rotateSecret } from '../../src/commands/rotate-secret.ts';
import { uninstall } from '../../src/commands/uninstall.ts';
import { up } from '../../src/commands/up.ts';
import { upgradePostgres } from '../../src/commands/upgrade-postgres.ts';
import { lockStack, removeLock } from '../../src/stack/lock.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(async () => await rm(root, { recursive: true }));

const module = join(import.meta.dirname, '..', '..', 'src', 'stack', 'lock.ts');
const now = () => Date.parse('2026-01-31T12:00:00Z');
const take = () => lockStack({ root, now }, { what: 'scripts/restore latest', by: 'ann' });

/** Another process that holds the lock until it is ended. */
async function otherProcess() {
  const code = `import { lockStack } from ${JSON.stringify(module)};
    await lockStack({ root: ${JSON.stringify(root)}, now: Date.now }, { what: 'scripts/up', by: 'bob' });
    console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    async end(signal: NodeJS.Signals) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

const context = (argv: readonly string[]) => ({
  root,
  argv,
  env: { USER: 'ann' },
  run: (program: string) => Promise.reject(new Error(`${program} was run`)),
  print: () => {},
});

const drills: Command = async (here) => {
  await using stack = new AsyncDisposableStack();
  await openChaos(
    { ...here, env: { DOCKER_HOST: 'unix:///var/run/docker.sock' } },
    { engine: [], signal: new AbortController().signal },
    stack,
  );
  return 0;
};

describe('two that change the stack at once', () => {
  test('the second is told who does, since when, and what to do; after the first it may', async () => {
    {
      await using _first = await take();
      await expect(take()).rejects.toThrow(
        /^refused.*: scripts\/restore latest, by ann, since 2026-01-31T12:00:00.000Z\. Wait until it has ended, or end it/,
      );
    }
    await using _second = await take();
  });

  test('of two folders: both may', async () => {
    await using _first = await take();
    const other = await mkdtemp(join(tmpdir(), 'lock-'));
    await using _second = await lockStack({ root: other, now }, { what: 'scripts/up', by: 'bob' });
    await rm(other, { recursive: true });
  });

  test.each([
    ['SIGKILL', 'one that was killed holds nothing'],
    ['SIGINT', 'Ctrl-C gives it back'],
  ] as const)('%s: %s', async (signal, _meaning) => {
    const other = await otherProcess();
    await expect(take()).rejects.toThrow('scripts/up, by bob');
    await other.end(signal);
    await using _mine = await take();
  });

  test('a verb that fails gives it back', async () => {
    const failing = asOnlyOne('up', () => Promise.reject(new Error('no Docker')));
    await expect(failing(context([]))).rejects.toThrow('no Docker');
    await using _next = await take();
  });
});

test.each([
  ['restore', restore, ['latest']],
  ['rotate-secret', rotateSecret, ['API_KEY']],
  ['upgrade-postgres', upgradePostgres, ['postgres:18.1']],
  ['uninstall', uninstall, ['--project', 'it']],
  ['up', up, []],
  ['down', down, ['--volumes']],
  ['release', release, ['app:1']],
  ['rollback', rollback, []],
  ['a deployment', host, ['deploy', 'c'.repeat(40), 'APP_IMAGE=app:1', 'BY=bob']],
  ['a rollback', host, ['rollback', 'BY=bob']],
  ['what undoes a deployment', host, ['undo']],
  ['drills', drills, []],
] as const)('while one changes the stack, nothing begins of: %s', async (_name, command, argv) => {
  await using _first = await take();
  await expect(command(context(argv))).rejects.toMatchObject({
    message: expect.stringContaining('refused, this changes the stack already: scripts/restore latest, by ann'),
    exitCode: 3,
  });
});

test('a rollback of a server asks that one, whatever changes the stack here', async () => {
  await using _first = await take();
  await writeFile(join(root, 'ssh'), '#!/bin/sh\nexit 7\n', { mode: 0o755 });
  const here = context(['--host', 'deploy@server.example']);
  expect(await rollback({ ...here, env: { ...here.env, PATH: `${root}:${process.env['PATH']}` } })).toBe(7);
});

test('help needs no lock', async () => {
  await using _first = await take();
  expect(await restore(context(['--help']))).toBe(0);
});

test('a folder that cannot be written is said, and why', async () => {
  await writeFile(join(root, '.data'), '');
  await expect(take()).rejects.toThrow(/\.data cannot be written.*EEXIST/);
});

test('nothing is left of it where the stack is removed, but what others keep there', async () => {
  await (await take())[Symbol.asyncDispose]();
  await removeLock(root);
  expect(await readdir(root)).toEqual([]);
  await (await take())[Symbol.asyncDispose]();
  await writeFile(join(root, '.data', 'other'), '');
  await removeLock(root);
  expect(await readdir(join(root, '.data'))).toEqual(['other']);
});
