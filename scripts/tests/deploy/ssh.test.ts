import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withCredentials } from '../../src/deploy/credentials.ts';
import { shipTree } from '../../src/deploy/ship.ts';
import { createSsh, type Ssh } from '../../src/deploy/ssh.ts';
import { createRun, must } from '../../src/platform/run.ts';
import { waitUntil } from '../../src/platform/wait-until.ts';
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
const withSsh = <T>(use: (ssh: Ssh) => Promise<T>, change: Partial<Sshd['env']> = {}, signal?: AbortSignal) =>
  withCredentials({ run, env: { ...env, ...sshd.env, ...change } }, (credentials) =>
    use(createSsh({ run, cwd: root, env, destination: sshd.destination, credentials, signal })),
  );

const trees = () => join(sshd.root, '.deploy', 'trees');

/** A private key with a passphrase, which nobody is there to type. */
async function lockedKey(): Promise<string> {
  const path = join(sshd.root, 'locked');
  await must(run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', path]), 'ssh-keygen');
  return await readFile(path, 'utf8');
}

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
  test('what is no key is said to be none, and nothing asks for a passphrase', async () => {
    const asks = (DEPLOY_KEY: string) => withSsh((ssh) => ssh.ask('releases'), { DEPLOY_KEY });
    await expect(asks('no key')).rejects.toThrow('reading DEPLOY_KEY');
    await expect(asks(await lockedKey())).rejects.toThrow('reading DEPLOY_KEY');
  });
  test('the key is in no file meanwhile, and afterwards nothing is left of it', async () => {
    const { DEPLOY_KEY } = sshd.env;
    const seen = await withCredentials({ run, env: { ...env, ...sshd.env } }, async ({ key, knownHosts }) => {
      const files = await readdir(join(knownHosts ?? '', '..'));
      const texts = await Promise.all([key?.publicKey ?? '', knownHosts ?? ''].map((path) => readFile(path, 'utf8')));
      return { files: files.sort(), texts, agent: key?.agent ?? '' };
    });
    expect(seen.files).toEqual(['agent', 'key.pub', 'known_hosts']);
    expect(seen.texts.join('\n')).not.toContain(DEPLOY_KEY.split('\n')[1]);
    expect(existsSync(join(seen.agent, '..'))).toBe(false);
    expect((await run('ssh-add', ['-L'], { env: { SSH_AUTH_SOCK: seen.agent } })).code).not.toBe(0);
  });
  test('sending that is interrupted ends both programs', async () => {
    const controller = new AbortController();
    const sending = withSsh(
      (ssh) => ssh.send('sh', ['-c', 'echo; exec sleep 600'], 'receive', 'c'.repeat(40)),
      {},
      controller.signal,
    );
    const arriving = async () => ((await readdir(trees()).catch(() => [])).length > 0 ? true : undefined);
    await waitUntil(arriving, { every: 20, within: 20_000, now: Date.now });
    controller.abort();
    await expect(sending).rejects.toThrow('sending receive');
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
