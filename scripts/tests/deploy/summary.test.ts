import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { deploySummary, stepTimes, withSummary } from '../../src/deploy/summary.ts';

const said = `── preflight
   0.4 s
── replicas
2 of 2 replicas serve
   21.0 s
── edge
nginx said something
undoing: files
`;

test('each step has the time that it took; the one where it ended has none', () =>
  expect(stepTimes(said)).toEqual([
    ['preflight', '0.4'],
    ['replicas', '21.0'],
    ['edge', ''],
  ]));

test('on GitHub there are links to commit, run and site; elsewhere none', () => {
  const told = {
    commit: 'c'.repeat(40),
    code: 1,
    why: 'a | b',
    seconds: 42.4,
    images: [],
    said,
    smoke: undefined,
    env: {},
  };
  expect(deploySummary(told)).not.toContain('](');
  const env = { GITHUB_SERVER_URL: 'https://code.example', GITHUB_REPOSITORY: 'me/it', GITHUB_RUN_ID: '7' };
  const images = [{ setting: 'APP_IMAGE' as const, name: 'shortstack/app:abc', id: 'x' }];
  const text = deploySummary({ ...told, images, env, smoke: 'https://short.example/health' });
  for (const part of [
    `[cccccccccccc](https://code.example/me/it/commit/${'c'.repeat(40)})`,
    '[this run](https://code.example/me/it/actions/runs/7)',
    '[short.example](https://short.example)',
    '| together | 42 s |',
    '| replicas | 21.0 s |',
    '| edge | **ended here** |',
    '| APP_IMAGE | `shortstack/app:abc` |',
    '**failed** (exit code 1): a \\| b |',
  ])
    expect(text).toContain(part);
});

test('what fails before the server is asked has a table as well, as far as it came', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'summary-'));
  const file = join(folder, 'summary.md');
  const ended = withSummary(file, { commit: 'HEAD', smoke: undefined, env: {} }, async (tell) => {
    tell({ commit: 'c'.repeat(40) });
    throw new Error('building app failed (exit code 1):\nand more');
  });
  await expect(ended).rejects.toThrow('building app');
  const text = await readFile(file, 'utf8');
  await rm(folder, { recursive: true });
  expect(text).toContain(`| commit | ${'c'.repeat(40)} |`);
  expect(text).toContain('| outcome | **failed** (exit code 1): building app failed (exit code 1): |');
});
