import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const shellFiles = ['scripts', 'scripts/images', 'nginx', 'postgres'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name)),
);
const isShell = (file: string) => /^#!\/bin\/(ba)?sh\n/.test(readFileSync(file, 'utf8'));
const shells = [...new Set(shellFiles)].filter(isShell);

describe('shell files', () => {
  test('there are as many as verbs and entry points, and each can be run', () => {
    expect(shells.length).toBeGreaterThanOrEqual(15);
    for (const file of shells) expect([file, (statSync(file).mode & 0o100) !== 0]).toEqual([file, true]);
  });
  test('a verb is one line that names itself', () => {
    for (const verb of ['up', 'down', 'status', 'doctor', 'scale', 'release', 'rollback', 'load', 'game-day'])
      expect(readFileSync(join(root, 'scripts', verb), 'utf8')).toBe(
        `#!/bin/sh\nexec "$(dirname "$0")/run-verb" ${verb} "$@"\n`,
      );
  });
  test('shellcheck has nothing to say', () => {
    expect(() => execFileSync('shellcheck', shells, { encoding: 'utf8' })).not.toThrow();
  });
});
