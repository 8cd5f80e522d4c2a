import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { words } from '../../app/src/words.ts';
import { generatedFiles } from '../src/generated.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

test('every generated file is what a fresh build makes', async () => {
  const files = await generatedFiles();
  for (const [path, content] of Object.entries(files))
    expect([path, await readFile(join(root, path), 'utf8')]).toEqual([path, content]);
});

test('promtool has nothing to say of the configuration and the rules', async () => {
  const { stderr, stdout } = await run(
    'promtool',
    ['check', 'config', '--lint=all', 'monitoring/prometheus/prometheus.yml'],
    { cwd: root },
  );
  expect(stdout).toMatch(/SUCCESS: .*prometheus\.yml is valid/);
  expect(stderr).toBe('');
});

test('nginx tells redirects from the words that routes have', async () => {
  const template = await readFile(join(root, 'nginx', 'templates', 'log.conf.template'), 'utf8');
  const listed = /"~\^\/\(([^"]*)\)\(\/\|\\\?\|\$\)" other;/.exec(template)?.[1] ?? '';
  expect(listed.replaceAll('\\.', '.').split('|').toSorted()).toEqual([...words].toSorted());
});
