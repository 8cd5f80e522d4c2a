import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '../backup/support.ts';

const init = readFileSync(join(root, 'scripts', 'host', 'init'), 'utf8');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The ports that the firewall lets in, on a machine whose programs say this. */
function opened(programs: Record<string, string>, connection = '', systemd = false): string | undefined {
  for (const [name, script] of Object.entries({ sshd: 'exit 1', systemctl: 'exit 1', ...programs })) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  // Its functions alone: what it does with them begins at the first `want`.
  const [functions = ''] = init.split(/^want '/m);
  const script = `${functions}\nhas_systemd() { ${systemd}; }\nfirewall`;
  const env = { PATH: `${folder}:${process.env['PATH']}`, SHORTSTACK_ENTRY: 'x', SSH_CONNECTION: connection };
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', env });
  expect([status, stderr]).toEqual([0, '']);
  return /tcp dport \{ (.*) \} accept/.exec(stdout)?.[1];
}
const says = (option: string, ...lines: string[]) =>
  `[ "$1" = ${option} ] || exit 1; printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`;

test('nothing is known of sshd: 22 as usual', () => expect(opened({})).toBe('22, 80, 443'));

test.each(['-G', '-T'])('every port that sshd listens on, by either way to ask it: %s', (option) => {
  const lines = ['port 22', 'listenaddress [::]:2222', 'listenaddress 192.0.2.7:2222', 'listenaddress 0.0.0.0:8022'];
  expect(opened({ sshd: says(option, ...lines) })).toBe('80, 443, 2222, 8022');
});

test('its ports, where it tells no addresses', () =>
  expect(opened({ sshd: says('-G', 'port 2222', 'usedns no') })).toBe('80, 443, 2222'));

test('the port by which we are here stays open, whatever sshd says', () =>
  expect(opened({ sshd: says('-G', 'port 22') }, '198.51.100.1 50000 192.0.2.7 2222')).toBe('22, 80, 443, 2222'));

test('the ports of a socket by which systemd starts sshd', () => {
  const systemctl = `[ "$1" = is-active ] || printf '%s\\n' '0.0.0.0:2022 (Stream)' '[::]:2022 (Stream)'`;
  const sshd = says('-G', 'port 22', 'listenaddress 0.0.0.0:22');
  expect(opened({ sshd, systemctl }, '', true)).toBe('22, 80, 443, 2022');
  expect(opened({ sshd }, '', true)).toBe('22, 80, 443');
});
