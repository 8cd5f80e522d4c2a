import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '../backup/support.ts';

const init = readFileSync(join(root, 'scripts', 'host', 'init'), 'utf8');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a line says that uses the functions of the script, on a machine whose programs say this. */
function say(line: string, programs: Record<string, string>, connection = ''): string {
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  // Its functions alone: what it does with them begins at the first `want`.
  const [functions = ''] = init.split(/^want '/m);
  const env = { PATH: `${folder}:${process.env['PATH']}`, SHORTSTACK_ENTRY: 'x', SSH_CONNECTION: connection };
  const words = ['--norc', '-c', `${functions}\n${line}`];
  const { stdout, stderr, status } = spawnSync('bash', words, { encoding: 'utf8', env });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** The ports of the server's own that the firewall lets in. */
function opened(programs: Record<string, string>, connection = '', systemd = false): string | undefined {
  const all = { sshd: 'exit 1', systemctl: 'exit 1', ...programs };
  const stdout = say(`has_systemd() { ${systemd}; }\nfirewall`, all, connection);
  return /tcp dport \{ (.*) \} accept/.exec(stdout)?.[1];
}
const says = (option: string, ...lines: string[]) =>
  `[ "$1" = ${option} ] || exit 1; printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`;

test('nothing is known of sshd: 22 as usual', () => expect(opened({})).toBe('22'));

test.each(['-G', '-T'])('every port that sshd listens on, by either way to ask it: %s', (option) => {
  const lines = ['port 22', 'listenaddress [::]:2222', 'listenaddress 192.0.2.7:2222', 'listenaddress 0.0.0.0:8022'];
  expect(opened({ sshd: says(option, ...lines) })).toBe('2222, 8022');
});

test('its ports, where it tells no addresses', () =>
  expect(opened({ sshd: says('-G', 'port 2222', 'usedns no') })).toBe('2222'));

test('the port by which we are here stays open, whatever sshd says', () =>
  expect(opened({ sshd: says('-G', 'port 22') }, '198.51.100.1 50000 192.0.2.7 2222')).toBe('22, 2222'));

test('the ports of a socket by which systemd starts sshd', () => {
  const systemctl = `[ "$1" = is-active ] || printf '%s\\n' '0.0.0.0:2022 (Stream)' '[::]:2022 (Stream)'`;
  const sshd = says('-G', 'port 22', 'listenaddress 0.0.0.0:22');
  expect(opened({ sshd, systemctl }, '', true)).toBe('22, 2022');
  expect(opened({ sshd }, '', true)).toBe('22');
});

test('the firewall is one that the nft of every system takes: ports of what was asked for stand behind their protocol', () => {
  const rules = say('firewall', { sshd: 'exit 1' });
  const ports = rules.split('\n').filter((line) => line.includes('proto-dst'));
  expect(ports).toHaveLength(2);
  for (const line of ports) expect(line).toMatch(/^ +meta l4proto tcp ct original proto-dst \{ 80, 443 \} /);
  // In a network of its own, where there is an nft and one may.
  const nft = spawnSync('unshare', ['-rn', 'nft', '-f', '-'], { encoding: 'utf8', input: rules });
  if (nft.error || /^unshare: |not (permitted|supported)/m.test(nft.stderr)) console.warn(`no nft: ${nft.stderr}`);
  else expect([nft.status, nft.stderr]).toEqual([0, '']);
});

describe('updates of the engine', () => {
  /** What is wanted, before it is done and then, where this package is what the engine comes from. */
  const wanted = (engine: string) => {
    const query = `[ "\${@: -1}" = ${engine} ] && echo 'install ok installed'`;
    const want = `want engine is_docker_upgrades make_docker_upgrades`;
    return say(`apt=${join(folder, engine)}\n${want}\n${want}`, { 'dpkg-query': query });
  };
  const file = (engine: string) => join(folder, engine, '52shortstack-docker');
  test("Docker's own: wanted once, and beside what the distribution updates", () => {
    expect(wanted('docker-ce')).toBe('init: engine\n');
    expect(readFileSync(file('docker-ce'), 'utf8')).toBe('Unattended-Upgrade::Origins-Pattern { "origin=Docker"; };\n');
  });
  test("the distribution's: it updates that itself", () => {
    expect(wanted('docker.io')).toBe('');
    expect(existsSync(file('docker.io'))).toBe(false);
  });
});

test('a new kernel that waits for a restart is told, and differs from nothing', () => {
  const due = join(folder, 'reboot-required');
  const told = () => say(`restart_due=${due}\ntell_restart; echo $differs`, {});
  expect(told()).toBe('0\n');
  writeFileSync(due, '');
  expect(told()).toBe('init: a restart is due, for a new kernel: nothing does it by itself\n0\n');
});
