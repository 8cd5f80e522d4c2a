import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { root } from '../backup/support.ts';

const init = readFileSync(join(root, 'scripts', 'host', 'init'), 'utf8');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** How a line ends that uses the functions of the script, on a machine whose programs say this. */
function end(line: string, programs: Record<string, string>, connection = '') {
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  // Its functions alone: what it does with them begins at the first `want`.
  const [functions = ''] = init.split(/^want '/m);
  const env = {
    PATH: `${folder}:${process.env['PATH']}:/usr/sbin:/sbin`,
    SHORTSTACK_ENTRY: 'x',
    SSH_CONNECTION: connection,
  };
  const words = ['--norc', '-c', `${functions}\nbegun=${join(folder, 'begun')}\n${line}`];
  return spawnSync('bash', words, { encoding: 'utf8', env });
}

/** What it says, where all is well. */
function say(line: string, programs: Record<string, string>, connection = ''): string {
  const { stdout, stderr, status } = end(line, programs, connection);
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

describe('a part that was ended before what it has placed took effect', () => {
  const placed = 'is_it() { [ -e file ]; }';
  const want = (make: string) => `cd ${folder}; ${placed}; make_it() { touch file; ${make}; }; want it is_it make_it`;
  beforeEach(() => rmSync(join(folder, 'file'), { force: true }));
  test.each(['kill -9 $BASHPID', 'false'])('is done again (%s), and then as wanted', (ending) => {
    expect(end(want(ending), {}).status).not.toBe(0);
    expect(end(`check_only=yes; ${want('true')}; exit $differs`, {})).toMatchObject({
      status: 1,
      stdout: 'init: differs: it\n',
    });
    expect(say(want('echo takes effect'), {})).toBe('init: it\ntakes effect\n');
    expect(say(want('true'), {})).toBe('');
  });
});

describe('a firewall whose files are as wanted', () => {
  const machine = { sshd: 'exit 1' };
  /** What is looked at, with this table loaded and this said of its unit. */
  const holds = (table: string, unit: string) => {
    const files = `same() { cat > ${join(folder, 'read')}; }; has_systemd() { true; }`;
    const nft = `[ "$1 $2" = 'list table' ] && cat << 'END'\n${table}\nEND`;
    return (
      end(`${files}; is_firewall`, { ...machine, nft, systemctl: `[ "$1" = is-enabled ] && ${unit}` }).status === 0
    );
  };
  test('holds with that very table loaded, and a unit that loads it at the next start', () => {
    const table = say('firewall', machine);
    expect(holds(table, 'true')).toBe(true);
    expect(holds(table, 'false')).toBe(false);
    expect(holds(say('ssh_ports() { echo 2222; }; firewall', machine), 'true')).toBe(false);
    expect(holds('', 'true')).toBe(false);
  });
});

describe('what sshd does', () => {
  const effective = [
    ...['port 22', 'passwordauthentication no', 'kbdinteractiveauthentication no', 'permitrootlogin without-password'],
    ...['x11forwarding no', 'allowagentforwarding no', 'maxauthtries 4', 'logingracetime 30'],
  ];
  const notHeld = (option: string, from: string, to: string) =>
    say('not_held', { sshd: says(option, ...effective.map((line) => (line === from ? to : line))) });
  test.each(['-G', '-T'])(
    'is looked at, and not the file alone: one that comes first may allow passwords (%s)',
    (option) => {
      expect(notHeld(option, '', '')).toBe('');
      expect(notHeld(option, 'permitrootlogin without-password', 'permitrootlogin prohibit-password')).toBe('');
      expect(notHeld(option, 'permitrootlogin without-password', 'permitrootlogin yes')).toBe(
        'PermitRootLogin prohibit-password\n',
      );
      expect(notHeld(option, 'passwordauthentication no', 'passwordauthentication yes')).toBe(
        'PasswordAuthentication no\n',
      );
    },
  );
  test('and cannot be asked: its file counts', () => expect(say('not_held', { sshd: 'exit 1' })).toBe(''));
  test('is not as wanted: --check finds it', () => {
    const sshd = says('-T', ...effective.slice(2), 'passwordauthentication yes');
    const look = 'same() { cat > /dev/null; }; check_only=yes; want keys is_sshd make_sshd';
    expect(say(look, { sshd })).toBe('init: differs: keys\n');
  });
});

describe('swap', () => {
  const at = (name: string) => join(folder, name);
  const here = () => `swapfile=${at('swap')} fstab=${at('fstab')}; swap_total() { echo 0; }`;
  const want = () => `${here()}; want swap is_swap make_swap`;
  /** A kernel that lets nobody add swap, as in a container; a disk with room for that. */
  const machine = { swapon: 'exit 1', fallocate: 'truncate -s 1M "$3"' };
  beforeEach(() => {
    for (const name of ['swap', 'fstab', 'mkswap', 'begun']) rmSync(at(name), { recursive: true, force: true });
  });
  test('is made, and begins at the next start where the kernel does not let it now', () => {
    const first = end(want(), machine);
    expect([first.status, first.stderr]).toEqual([0, 'init: swap begins at the next start\n']);
    expect(readFileSync(at('fstab'), 'utf8')).toBe(`${at('swap')} none swap sw 0 0\n`);
    expect(say(want(), machine)).toBe('');
  });
  test.each<[string, Record<string, string>]>([
    ['no room for it', { fallocate: 'head -c 1000 /dev/zero > "$3"; exit 1' }],
    ['it cannot be made one', { mkswap: 'exit 1' }],
  ])('%s: that fails, and nothing half done is left', (_what, broken) => {
    expect(end(want(), { ...machine, ...broken }).status).toBe(1);
    expect([existsSync(at('swap')), existsSync(at('swap.new')), existsSync(at('fstab'))]).toEqual([
      false,
      false,
      false,
    ]);
  });
  test('half a file that was left once is none, whatever fstab says', () => {
    writeFileSync(at('swap'), 'x'.repeat(100_000));
    writeFileSync(at('fstab'), `${at('swap')} none swap sw 0 0\n`);
    expect(end(want(), machine).stdout).toBe('init: swap\n');
    expect(say(want(), machine)).toBe('');
  });
});

test('a new kernel that waits for a restart is told, and differs from nothing', () => {
  const due = join(folder, 'reboot-required');
  const told = () => say(`restart_due=${due}\ntell_restart; echo $differs`, {});
  expect(told()).toBe('0\n');
  writeFileSync(due, '');
  expect(told()).toBe('init: a restart is due, for a new kernel: nothing does it by itself\n0\n');
});
