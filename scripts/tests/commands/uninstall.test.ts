import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { uninstall } from '../../src/commands/uninstall.ts';
import { createReleaseLog } from '../../src/deploy/release-log.ts';
import type { Run } from '../../src/platform/run.ts';

let root = '';
let removed: string[] = [];
let said: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'uninstall-'));
  [removed, said] = [[], []];
});
afterEach(async () => await rm(root, { recursive: true }));

/** An engine on which nothing runs any more but what has these tools. */
const run: Run = async (_program, args) => {
  if (args[0] !== 'image') return { code: 0, stdout: '', stderr: '' };
  const name = args.at(-1) ?? '';
  if (name.includes('tools:2')) return { code: 1, stdout: '', stderr: 'conflict: a container uses it' };
  if (name.includes('gone')) return { code: 1, stdout: '', stderr: 'Error response from daemon: No such image' };
  removed.push(name);
  return { code: 0, stdout: '', stderr: '' };
};

test('on a server nothing is left of deployments: no copy of the settings, no image of a release', async () => {
  const state = join(root, '.deploy');
  await mkdir(join(state, 'before'), { recursive: true });
  await writeFile(join(root, '.env'), 'COMPOSE_PROJECT_NAME=it\nAPI_KEY=0123456789abcdef\n');
  await writeFile(join(state, 'before', 'env'), 'API_KEY=0123456789abcdef\n');
  await writeFile(join(state, 'tools'), 'shortstack/tools:2\n');
  const log = createReleaseLog({ folder: state });
  for (const [number, outcome] of [
    ['1', 'serves'],
    ['gone', 'failed'],
    ['2', 'serves'],
  ] as const)
    await log.add({
      at: '2026-01-31T12:00:00Z',
      commit: 'c',
      images: { APP_IMAGE: `shortstack/app:${number}`, TOOLS_IMAGE: `shortstack/tools:${number}` },
      by: 'ann',
      seconds: 1,
      outcome,
      note: '',
    });
  await writeFile(join(root, 'docker-compose.yml'), '');
  const print = (line: string) => void said.push(line);
  expect(await uninstall({ root, env: {}, argv: ['--project', 'it'], run, print })).toBe(0);
  expect(await readdir(root)).toEqual(['docker-compose.yml']);
  expect(removed).toEqual(['shortstack/app:1', 'shortstack/tools:1', 'shortstack/app:2']);
  expect(said.at(-1)).toMatch(/still used.*: shortstack\/tools:2$/);
});
