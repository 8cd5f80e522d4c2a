import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { shipTree } from '../../src/deploy/ship.ts';
import { createSsh, type Ssh, withCredentials } from '../../src/deploy/ssh.ts';
import { createRun, must } from '../../src/platform/run.ts';
import { root } from '../backup/support.ts';
import { type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => await sshd?.[Symbol.asyncDispose]());

// Without an agent or a home of ours: what is given has to be enough.
const env = { PATH: process.env['PATH'], HOME: '/nonexistent' };
const run = createRun({ cwd: root, env });
const withSsh = <T>(use: (ssh: Ssh) => Promise<T>, change: Partial<Sshd['env']> = {}) =>
  withCredentials({ ...sshd.env, ...change }, (credentials) =>
    use(createSsh({ run, cwd: root, env, destination: sshd.destination, credentials })),
  );

describe('the connection to a server', () => {
  test('the key of the deployment asks, and the server answers', async () => {
    await writeFile(join(sshd.root, '.deploy', 'releases.jsonl'), '{"number":1}\n');
    expect(await withSsh((ssh) => ssh.ask('releases'))).toBe('{"number":1}\n');
  });
  test('a host with another key than the pinned one gets nothing', async () => {
    const other = sshd.env.DEPLOY_KNOWN_HOSTS.replace(
      /AAAA\S+/,
      'AAAAC3NzaC1lZDI1NTE5AAAAIGdpdmVuIGluIGEgdGVzdCBhbmQgbm9ib2R5IGhhcyBp',
    );
    await expect(withSsh((ssh) => ssh.ask('releases'), { DEPLOY_KNOWN_HOSTS: other })).rejects.toThrow(/255/);
  });
  test('a host that is not known is not trusted at first sight', async () =>
    await expect(withSsh((ssh) => ssh.ask('releases'), { DEPLOY_KNOWN_HOSTS: '# nobody' })).rejects.toThrow(
      /verification failed|255/,
    ));
  test('another key is refused', async () => {
    await using other = await startSshd();
    await expect(withSsh((ssh) => ssh.ask('releases'), { DEPLOY_KEY: other.env.DEPLOY_KEY })).rejects.toThrow(/255/);
  });
  test('the key and its file are gone afterwards', async () => {
    const paths = await withCredentials(sshd.env, async ({ key, knownHosts }) => [key ?? '', knownHosts ?? '']);
    expect(paths.map((path) => existsSync(path))).toEqual([false, false]);
  });
});

describe('what the key may ask', () => {
  test('the files of a commit arrive as they are', async () => {
    const commit = (await must(run('git', ['rev-parse', 'HEAD']), 'HEAD')).trim();
    await withSsh((ssh) => shipTree({ ssh, print: () => {} }, commit));
    const arrived = await readFile(join(sshd.root, '.deploy', 'trees', commit, 'package.json'), 'utf8');
    expect(arrived).toBe(await must(run('git', ['show', `${commit}:package.json`]), 'package.json'));
  });
  test('half of an archive leaves nothing behind', async () => {
    const commit = 'b'.repeat(40);
    await expect(withSsh((ssh) => ssh.send('head', ['-c', '100', '/dev/urandom'], 'receive', commit))).rejects.toThrow(
      'sending receive',
    );
    expect(existsSync(join(sshd.root, '.deploy', 'trees', commit))).toBe(false);
  });
  test.each([
    ['a shell', ['bash']],
    ['another program after a word', ['releases;id']],
    ['a place outside', ['receive', '../../etc']],
    ['a substitution', ['deploy', '$(id)']],
    ['nothing', ['']],
  ])('%s is refused', async (_what, words) => {
    await expect(withSsh((ssh) => ssh.ask(...words))).rejects.toThrow(/exit code 2/);
  });
});
