import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { cloudInit, initScript, parsePublicKey } from '../../src/deploy/init-script.ts';
import { root } from '../backup/support.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdpdmVuIGluIGEgdGVzdCBhbmQgbm9ib2R5IGhhcyBp ann@home';
const read = (name: string) => readFileSync(join(root, 'scripts', 'host', name), 'utf8');

test('a key is taken as it is; a comment that could be more is left out', () => {
  expect(parsePublicKey(`${key}\n`)).toBe(key);
  expect(parsePublicKey(key.replace('ann@home', "ann's"))).toBe(key.replace(' ann@home', ''));
});
test.each(['', '-----BEGIN OPENSSH PRIVATE KEY-----', 'ssh-ed25519 $(id)', "ssh-rsa AAAA'"])(
  '%j is no public key',
  (text) => expect(() => parsePublicKey(text)).toThrow('no public key'),
);

test('both programs arrive in one script, whole', () => {
  const probe = '#!/bin/bash\nprintf "%s|" "$@"; printf "%s" "$SHORTSTACK_ENTRY"';
  const script = initScript({ init: probe, entry: read('shortstack-entry'), keys: [key], check: true });
  const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stdout).toBe(`--check|${key}|${read('shortstack-entry').trimEnd()}`);
});

test('cloud-init gets the same script, as a file that it runs', () => {
  const script = initScript({ init: read('init'), entry: read('shortstack-entry'), keys: [key], check: false });
  const config = parse(cloudInit(script)) as { write_files: { content: string; path: string }[]; runcmd: string[][] };
  expect(Buffer.from(config.write_files[0]?.content ?? '', 'base64').toString()).toBe(script);
  expect(config.runcmd[0]?.[2]).toContain(config.write_files[0]?.path);
  expect(spawnSync('bash', ['-n', '-c', script]).status).toBe(0);
});
