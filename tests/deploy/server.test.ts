import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { deployKey, docker, folder, image, name, onServer, ownKey, ports } from './support/place.ts';
import { script } from './support/server.ts';

const owner = { DEPLOY_KEY: readFileSync(ownKey, 'utf8') };
const init = (...options: string[]) => script('droplet-init', [...options, '--key', `${deployKey}.pub`], owner);
const server = `root@127.0.0.1:${ports.ssh}`;

test('droplet-init once more: nothing differs; what somebody changed is found, and put back', async () => {
  expect(await init(server, '--check')).toMatchObject({ code: 0, stdout: expect.stringContaining('0 differ') });
  await onServer('rm /etc/sysctl.d/60-shortstack.conf && nft delete table inet shortstack');
  const found = await init(server, '--check');
  expect([found.code, found.stdout.match(/differs: .*/g)]).toEqual([
    1,
    ['differs: firewall: 22, 80, 443', 'differs: kernel settings'],
  ]);
  expect((await init(server)).code).toBe(0);
  expect(await init(server, '--check')).toMatchObject({ code: 0, stdout: expect.stringContaining('0 differ') });
});

test('user data for a first start: what it writes and runs makes the same server', async () => {
  const { stdout } = await init('--cloud-init');
  const [, body = ''] = /content: (\S+)/.exec(stdout) ?? [];
  const [, command = ''] = /^ {2}- \[bash, -c, '(.*)'\]$/m.exec(stdout) ?? [];
  await onServer(`echo ${body} | base64 -d > /root/shortstack-init && chmod 700 /root/shortstack-init`);
  await onServer('rm /etc/sudoers.d/shortstack');
  await onServer(`bash -c '${command}'`);
  expect(await onServer('tail -n 2 /var/log/shortstack-init.log')).toMatch(
    /done; the host key to pin:\nssh-ed25519 AAAA/,
  );
  expect((await init(server, '--check')).code).toBe(0);
});

test('nobody has a key that lets in: passwords stay, and it is said', async () => {
  await onServer('mv /root/.ssh/authorized_keys /root/kept && rm /etc/ssh/sshd_config.d/10-shortstack.conf');
  const said = await onServer('bash /root/shortstack-init 2>&1; echo $?; ls /etc/ssh/sshd_config.d');
  await onServer('mv /root/kept /root/.ssh/authorized_keys');
  expect(said).toContain('no account has an authorized key: sshd stays as it is\n1');
  expect(said).not.toContain('10-shortstack');
  expect((await init(server)).code).toBe(0);
  expect(await onServer('sshd -T')).toMatch(/^passwordauthentication no$/im);
});

test('the account that deploys has no shell, no Docker and no other right', async () => {
  expect(await onServer('id -nG deploy')).toBe('deploy');
  expect(await onServer('sudo -lU deploy')).toMatch(/NOPASSWD: \/usr\/local\/sbin\/shortstack-entry$/m);
  const ssh = [
    '-i',
    deployKey,
    '-p',
    String(ports.ssh),
    '-o',
    'BatchMode=yes',
    '-o',
    'StrictHostKeyChecking=accept-new',
  ];
  const known = ['-o', `UserKnownHostsFile=${join(folder, 'known_hosts')}`];
  const shell = spawnSync('/usr/bin/ssh', [...ssh, ...known, 'deploy@127.0.0.1', 'id'], { encoding: 'utf8' });
  expect([shell.status, shell.stderr]).toEqual([2, expect.stringContaining('id is not to be asked here')]);
});

test('from outside only SSH and the edge are there', () => {
  const scan = `for port in 22 80 443 2375 2376 5432 6379 8080 8081 9090 9093 9100 9187 9200 3000 3100 16686; do
    timeout 2 bash -c "exec 3<> /dev/tcp/${name}/$port" 2> /dev/null && echo $port; done; true`;
  const open = docker('run', '--rm', '--network', name, '--entrypoint', 'bash', image, '-c', scan);
  expect(open.split('\n')).toEqual(['22', '80', '443']);
});
