import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventually } from './support/eventually.ts';
import {
  checkout,
  deployKey,
  docker,
  environment,
  folder,
  image,
  name,
  onServer,
  ownKey,
  ports,
  source,
} from './support/place.ts';
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

/** Ports of the stack and of its monitoring, and one that Docker publishes, one on which a program listens. */
const usual = [22, 80, 443, 2375, 2376, 5432, 6379, 8080, 8081, 9090, 9093, 9100, 9187, 9200, 3000, 3100, 16_686];
const [published, listening] = [8_088, 8_090];

/** The ports that another machine reaches. */
function scan(): string[] {
  const attempt = `timeout 3 bash -c "exec 3<> /dev/tcp/${name}/$port" 2> /dev/null && echo $port`;
  const all = `for port in ${[...usual, published, listening].join(' ')}; do (${attempt}) & done; wait`;
  const open = docker('run', '--rm', '--network', name, '--entrypoint', 'bash', image, '-c', all);
  return open.split('\n').sort((a, b) => Number(a) - Number(b));
}

/** Has something listen on both: in a container whose port is published for everybody, and on the machine itself. */
async function listenOnBoth(): Promise<AsyncDisposable> {
  const listen = (port: number) =>
    `--entrypoint node $(cat /opt/shortstack/.deploy/tools) -e 'net.createServer().listen(${port})'`;
  const inner = `docker run --detach --name probe-published -p 0.0.0.0:${published}:${published} ${listen(published)}`;
  await onServer(`${inner} && docker run --detach --name probe-listening --network host ${listen(listening)}`);
  const here = (port: number) => `bash -c 'exec 3<> /dev/tcp/127.0.0.1/${port}'`;
  await eventually('both listen', async () => {
    await onServer(`${here(published)} && ${here(listening)}`);
    return true;
  });
  return { [Symbol.asyncDispose]: async () => void (await onServer('docker rm -f probe-published probe-listening')) };
}

test('from outside only SSH and the edge are there, whatever else listens: by the firewall alone', async () => {
  await using _both = await listenOnBoth();
  expect(scan()).toEqual(['22', '80', '443']);
  await onServer('nft delete table inet shortstack');
  try {
    expect(scan()).toEqual(['22', '80', '443', String(published), String(listening)]);
  } finally {
    await onServer('nft -f /etc/shortstack/firewall.nft');
  }
  expect(scan()).toEqual(['22', '80', '443']);
});

test('a deployment removes images that nothing uses any more; what an upgrade can go back to and what is not ours stays', async () => {
  const [before, undo] = ['shortstack/database:00000000000b', 'shortstack/database:00000000000a'];
  const made = [before, undo, 'nginx:0.1', 'example/nginx:0.1'];
  for (const name of made) await onServer(`tar -c -T /dev/null | docker import - ${name}`);
  await onServer(`echo DATABASE_IMAGE_UPGRADED_FROM=${undo} >> /opt/shortstack/.env`);
  try {
    const { code, stdout } = await script('deploy');
    expect([code, stdout]).toEqual([0, expect.stringContaining('nothing uses nginx:0.1 any more: removed')]);
    const left = (await onServer("docker image ls --format '{{.Repository}}:{{.Tag}}'")).split('\n');
    expect(made.filter((name) => left.includes(name))).toEqual([undo, 'example/nginx:0.1']);
  } finally {
    await onServer("sed -i '/^DATABASE_IMAGE_UPGRADED_FROM=/d' /opt/shortstack/.env");
    await onServer(`docker image rm --force ${made.join(' ')}`);
  }
});

/** Commands of docs/deployment.md under a title. */
function commandsUnder(title: string): string {
  const [, part = ''] = readFileSync(join(source, 'docs', 'deployment.md'), 'utf8').split(`## ${title}\n`);
  return [...(part.split('\n## ')[0] ?? '').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, body]) => body).join('');
}

test('another key: both may deploy for as long as it takes, then the old one may not', async () => {
  const [make = '', both = '', alone = ''] = commandsUnder('Another key').trim().split('\n');
  const env = { ...environment, PATH: `${join(folder, 'bin')}:${environment['PATH']}` };
  const here = (command: string) => execFileSync('bash', ['-ec', command], { cwd: checkout, env, stdio: 'pipe' });
  const asks = (key: string) => script('releases', [], { DEPLOY_KEY: readFileSync(join(checkout, key), 'utf8') });
  here(make);
  here(both);
  expect([(await asks('deploy_key')).code, (await asks('deploy_key.new')).code]).toEqual([0, 0]);
  here(alone);
  expect([(await asks('deploy_key')).code, (await asks('deploy_key.new')).code]).toEqual([1, 0]);
  expect((await init(server)).code).toBe(0);
});

test('the edge has the accept queue that it asks for, which no setting of the machine gives', async () => {
  const pid = await onServer("docker inspect --format '{{.State.Pid}}' shortstack-nginx-1");
  expect(await onServer(`nsenter --target ${pid} --net ss -Hltn 'sport = :443'`)).toMatch(/^LISTEN\s+\d+\s+4096\s/);
});

test('left as docs/deployment.md says: nothing of it is there, and the server can be made again', async () => {
  // No init system runs here.
  await onServer(`systemctl() { :; }; ${commandsUnder('Leaving a server')}`);
  const found = await init(server, '--check');
  expect(found.stdout.match(/differs: .*/g)?.map((line) => line.slice('differs: '.length))).toEqual(
    expect.arrayContaining([
      ...['account deploy', 'what a deployment may ask', 'its right to do so', 'keys that may deploy'],
      ...['firewall: 22, 80, 443', 'kernel settings', 'limit of the journal', 'sshd takes keys alone'],
    ]),
  );
  expect(await onServer("find /etc -name '*shortstack*'; getent passwd deploy || true")).toBe('');
  expect((await init(server)).code).toBe(0);
  expect((await script('releases')).code).toBe(0);
});
