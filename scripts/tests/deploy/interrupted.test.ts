import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../src/platform/wait-until.ts';
import { root } from '../backup/support.ts';
import { type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => await sshd?.[Symbol.asyncDispose]());
const key = () => sshd.env.DEPLOY_KEY;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrl-c-'));
  for (const name of ['bin', 'tmp']) await mkdir(join(folder, name));
  execFileSync('mkfifo', [join(folder, 'begun')]);
});
afterEach(async () => await rm(folder, { recursive: true }));

type Verb = { child: ChildProcess; ended: Promise<unknown>; said: () => string };

/** A verb as a shell starts it, in a process group of its own, whose temporary files are in `folder`. */
function start(...words: string[]): Verb {
  const env = {
    ...{
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      TMPDIR: join(folder, 'tmp'),
      HOME: folder,
      USER: 'ann',
    },
    ...sshd.env,
  };
  const child = spawn(process.execPath, [join(root, 'scripts', 'src', 'main.ts'), ...words], {
    ...{ cwd: root, env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  return { child, ended: once(child, 'close'), said: () => said };
}

const left = () => readdir(join(folder, 'tmp'));
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const gone = (what: () => Promise<boolean> | boolean) =>
  waitUntil(async () => ((await what()) ? undefined : true), { every: 50, within: 20_000, now: Date.now });

/** Programs that have this folder among their words or are told it: the agent, ssh. */
const ours = (): string[] =>
  execFileSync('ps', ['axww', '-o', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder));

/** A server that is asked and does not answer, with what `ssh` there is; answers its process once it has been asked. */
async function silentServer(): Promise<() => Promise<number>> {
  const ssh = join(folder, 'bin', 'ssh');
  await writeFile(ssh, `#!/bin/sh\necho $$ > '${join(folder, 'begun')}'\nexec sleep 600\n`);
  await chmod(ssh, 0o755);
  return async () => Number(await readFile(join(folder, 'begun'), 'utf8'));
}

const at = () => {
  const { account, host, port } = sshd.destination;
  return `${account}@${host}:${port}`;
};
const verbs: [string, () => string[], string][] = [
  ['deploy', () => ['--host', at()], 'nothing has changed on the server; scripts/deploy begins anew'],
  ['rollback', () => ['--host', at()], 'the server finishes it or undoes it by itself; scripts/releases says which'],
  ['releases', () => ['--host', at()], 'nothing was changed'],
  ['droplet-init', () => [at(), '--key', sshd.publicKey], 'run it again, which does what is not done'],
];

describe('while ssh is under way', () => {
  test.each(verbs)(
    'Ctrl-C ends %s: 130, a line that says what now, and nothing of it is left',
    async (verb, words, line) => {
      const asked = await silentServer();
      const { child, ended, said } = start(verb, ...words());
      const ssh = await asked();
      expect(await left()).toHaveLength(1);
      process.kill(-(child.pid ?? 0), 'SIGINT');
      await ended;
      expect([child.exitCode, said().trim().split('\n').at(-1)]).toEqual([130, expect.stringContaining(line)]);
      await gone(() => ours().length > 0);
      expect([alive(ssh), await left(), ours()]).toEqual([false, [], []]);
    },
  );

  test('TERM for the verb alone ends ssh as well', async () => {
    const asked = await silentServer();
    const { child, ended } = start('releases', '--host', at());
    const ssh = await asked();
    child.kill('SIGTERM');
    await ended;
    await gone(() => ours().length > 0);
    expect([child.exitCode, alive(ssh), await left(), ours()]).toEqual([130, false, [], []]);
  });

  test('the real one: killed at once, there is no key in any file, and its agent goes', async () => {
    const log = join(sshd.root, '.deploy', 'releases.jsonl');
    execFileSync('mkfifo', [log]);
    const { child, ended } = start('releases', '--host', at());
    // Opens when the server reads it: the key has let us in.
    await using _reader = await open(log, 'w');
    child.kill('SIGKILL');
    await ended;
    await gone(() => ours().some((line) => line.includes('ssh-agent')) || ours().length > 1);
    const [own = ''] = await left();
    const files = await readdir(join(folder, 'tmp', own));
    expect(files.filter((name) => name !== 'agent').sort()).toEqual(['key.pub', 'known_hosts']);
    for (const name of ['key.pub', 'known_hosts'])
      expect(await readFile(join(folder, 'tmp', own, name), 'utf8')).not.toContain(key().split('\n')[1]);
    expect(await gone(async () => (await readdir(join(folder, 'tmp', own))).includes('agent'))).toBe(true);
  });
});
