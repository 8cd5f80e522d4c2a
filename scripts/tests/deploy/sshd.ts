import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Destination } from '../../src/deploy/destination.ts';
import { createRun, must } from '../../src/platform/run.ts';
import { freePort } from '../backup/support.ts';

export type Sshd = AsyncDisposable & {
  destination: Destination;
  /** The server's folder, as shortstack-entry knows it. */
  root: string;
  /** The file of the key's public part. */
  publicKey: string;
  /** What a maintainer keeps as secrets: the key, and the host key to pin. */
  env: { DEPLOY_KEY: string; DEPLOY_KNOWN_HOSTS: string };
};

const program = '/usr/sbin/sshd';
const entry = join(import.meta.dirname, '..', '..', 'host', 'shortstack-entry');

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('data', () => say(true)).once('error', () => say(false));
  });

/** A real sshd on loopback, whose one key may run shortstack-entry and nothing else. Disposing ends it. */
export async function startSshd(): Promise<Sshd> {
  if (!existsSync(program)) throw new Error('The tests of deployments need the package openssh-server.');
  const folder = await mkdtemp(join(tmpdir(), 'sshd-'));
  const run = createRun({ cwd: folder, env: process.env });
  const port = await freePort();
  for (const name of ['host', 'client'])
    await must(
      run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]),
      'ssh-keygen',
    );
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const root = join(folder, 'server');
  mkdirSync(join(root, '.deploy'), { recursive: true });
  const command = `SHORTSTACK_ROOT=${root} ${entry} \\"$SSH_ORIGINAL_COMMAND\\"`;
  await writeFile(join(folder, 'keys'), `restrict,command="${command}" ${await read('client.pub')}`, { mode: 0o600 });
  const settings = {
    Port: port,
    ListenAddress: '127.0.0.1',
    HostKey: join(folder, 'host'),
    AuthorizedKeysFile: join(folder, 'keys'),
    PidFile: 'none',
    StrictModes: 'no',
    UsePAM: 'no',
    PasswordAuthentication: 'no',
    PermitRootLogin: 'prohibit-password',
  };
  await writeFile(
    join(folder, 'config'),
    Object.entries(settings)
      .map((pair) => `${pair.join(' ')}\n`)
      .join(''),
  );
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const child = spawn(program, ['-D', '-e', '-f', join(folder, 'config')], { stdio: 'ignore' });
  while (!(await answers(port))) if (child.exitCode !== null) throw new Error('sshd does not start');
  return {
    root,
    publicKey: join(folder, 'client.pub'),
    destination: { account: userInfo().username, host: '127.0.0.1', port },
    env: {
      DEPLOY_KEY: await read('client'),
      DEPLOY_KNOWN_HOSTS: `[127.0.0.1]:${port} ${(await read('host.pub')).trim()}`,
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
