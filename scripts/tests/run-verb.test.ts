import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRun } from '../src/platform/run.ts';

const root = join(import.meta.dirname, '..', '..');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-verb-'));
  for (const name of ['scripts', 'bin']) await mkdir(join(folder, name));
  await copyFile(join(root, 'scripts', 'run-verb'), join(folder, 'scripts', 'run-verb'));
  await writeFile(join(folder, 'bin', 'docker'), '#!/bin/sh\necho "$*"\n', { mode: 0o755 });
});
afterEach(async () => await rm(folder, { recursive: true }));

/** What the engine is asked, where a folder has none of the packages that Node would need. */
async function asked(): Promise<string> {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
  const { code, stdout } = await createRun({ cwd: folder, env })(join(folder, 'scripts', 'run-verb'), ['status']);
  expect(code).toBe(0);
  return stdout;
}
const main = () => join(folder, 'scripts', 'src', 'main.ts');

test('on a server: the tools that the last deployment brought, which no registry is asked for', async () => {
  await mkdir(join(folder, '.deploy'));
  await writeFile(join(folder, '.deploy', 'tools'), 'shortstack/tools:0123456789ab\n');
  expect(await asked()).toMatch(/^run --pull never --rm /);
  expect(await asked()).toContain(` shortstack/tools:0123456789ab ${main()} status\n`);
});

test('elsewhere: the tools that are built here', async () => {
  expect(await asked()).toMatch(new RegExp(`^run --pull never .* shortstack/tools:latest ${main()} status\n$`));
});
