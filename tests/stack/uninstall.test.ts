import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRun } from '../../scripts/src/platform/run.ts';
import { checkout, settings, source } from './support/place.ts';
import { docker, environment, run } from './support/programs.ts';
import { ask, rest } from './support/stack.ts';

// A second stack beside the one of the tests, which must not notice.
const project = 'uninstalltest';
const own = { COMPOSE_PROJECT_NAME: project, HTTP_PORT: '18380', HTTPS_PORT: '18743', EDGE_NETWORK: '10.213.79' };
const left = new Set(['.env', '.secrets', '.data', 'results', 'node_modules']);
let folder = '';
const script = (verb: string, ...args: readonly string[]) =>
  createRun({ cwd: folder, env: environment })(join(folder, 'scripts', verb), args);

beforeAll(async () => {
  await rest();
  folder = await mkdtemp(join(tmpdir(), 'uninstall-'));
  await cp(checkout, folder, { recursive: true, filter: (path) => path === checkout || !left.has(basename(path)) });
  await symlink(join(source, 'node_modules'), join(folder, 'node_modules'));
  const text = Object.entries({ ...settings, ...own }).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, '.env'), text.join(''));
  expect(await script('up', '--images=debian')).toMatchObject({ code: 0 });
}, 600_000);
afterAll(async () => {
  await script('down', '--volumes');
  await run('docker', ['volume', 'rm', '--force', `${project}_backups`]);
  await rm(folder, { recursive: true, force: true });
});

const labelled = async (...words: readonly string[]): Promise<string[]> => {
  const listed = await docker(...words, '--filter', `label=com.docker.compose.project=${project}`);
  return listed.split('\n').filter((line) => line !== '');
};

test('without the name of the stack, or with that of another: nothing happens', async () => {
  const before = await labelled('ps', '-q');
  for (const words of [[], ['--project', settings.COMPOSE_PROJECT_NAME]])
    expect((await script('uninstall', ...words)).code).toBe(1);
  expect(await labelled('ps', '-q')).toEqual(before);
  expect(before.length).toBeGreaterThan(8);
});

test('with it: nothing is left but the backups that were to be kept and what reads them; the stack beside it goes on', async () => {
  const said = await script('uninstall', '--project', project, '--keep-backups');
  expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/the backups are encrypted with \S{32}:/) });
  expect(await labelled('ps', '-aq')).toEqual([]);
  expect(await labelled('network', 'ls', '-q')).toEqual([]);
  expect(await labelled('volume', 'ls', '-q')).toEqual([`${project}_backups`]);
  expect((await readdir(folder)).filter((name) => ['.env', '.secrets'].includes(name))).toEqual([]);
  expect((await ask('GET', '/health')).status).toBe(200);
});
