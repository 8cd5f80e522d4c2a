import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { checkout, docker, environment, folder, image, name, onServer, ownKey, ports, source } from './place.ts';

const git = (...args: readonly string[]) => execFileSync('git', ['-C', checkout, ...args]);

function needEngine(): void {
  if (spawnSync('docker', ['info'], { env: environment, stdio: 'ignore' }).status !== 0)
    execFileSync(join(source, 'scripts', 'install-docker'), [], { env: environment, stdio: 'inherit' });
}

/** The project as a repository of its own, as a maintainer has it. */
function cloneProject(): void {
  execFileSync('git', ['clone', '-q', '--no-hardlinks', source, checkout]);
  git('config', 'user.name', 'test');
  git('config', 'user.email', 'test@example.com');
  symlinkSync(join(source, 'node_modules'), join(checkout, 'node_modules'));
}

/** The name SERVER for ssh, and example.com for curl, whose certificate nobody knows here. */
function writeHome(): void {
  const ssh = [
    'Host SERVER',
    `  HostName 127.0.0.1`,
    `  Port ${ports.ssh}`,
    `  UserKnownHostsFile ${join(folder, 'known_hosts')}`,
    // As who says yes after a look.
    '  StrictHostKeyChecking accept-new',
    'Match originalhost SERVER user root',
    `  IdentityFile ${ownKey}`,
    '',
  ];
  writeFileSync(join(folder, 'ssh_config'), ssh.join('\n'));
  writeFileSync(join(folder, '.curlrc'), `connect-to = "example.com:443:127.0.0.1:${ports.https}"\ninsecure\n`);
  mkdirSync(join(folder, 'bin'));
  // ssh looks for a person's settings in the account's home, whatever HOME says.
  writeFileSync(join(folder, 'bin', 'ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${join(folder, 'ssh_config')}' "$@"\n`);
  chmodSync(join(folder, 'bin', 'ssh'), 0o755);
}

/** What a run before this one has left, or this one leaves. */
export function removeMachine(): void {
  spawnSync('docker', ['rm', '-f', '-v', name], { env: environment });
  spawnSync('docker', ['volume', 'rm', '-f', name], { env: environment });
  spawnSync('docker', ['network', 'rm', name], { env: environment });
  rmSync(folder, { recursive: true, force: true });
}

/** A server that has nothing but sshd and the maintainer's key, in a container of its own. */
export async function makeMachine(): Promise<void> {
  needEngine();
  removeMachine();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', ownKey]);
  cloneProject();
  writeHome();
  docker('build', '--quiet', '--tag', image, join(import.meta.dirname, 'droplet'));
  docker('network', 'create', '--subnet', '10.213.90.0/24', name);
  const publish = ['-p', `127.0.0.1:${ports.ssh}:22`, '-p', `127.0.0.1:${ports.https}:443`];
  const volumes = ['--volume', `${name}:/var/lib/docker`, '--tmpfs', '/run'];
  docker('run', '--detach', '--name', name, '--privileged', '--network', name, ...volumes, ...publish, image);
  const authorize = ['exec', '-i', name, 'sh', '-c', 'cat > /root/.ssh/authorized_keys'];
  execFileSync('docker', authorize, { env: environment, input: readFileSync(`${ownKey}.pub`) });
  await eventually('sshd runs', async () => (await onServer('pgrep -x sshd')) || undefined);
}
