import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const source = join(root, 'autoscaler', 'src');

type Planted = readonly [what: string, file: string, imported: string];

const refused: readonly Planted[] = [
  ["another folder's store", 'observe/planted.ts', '../engine/docker.ts'],
  ["another folder's use case", 'release/planted.ts', '../replicas/step.ts'],
  ["another folder's store, from a noun", 'decide/planted.ts', '../control/intent.ts'],
  ['the settings', 'replicas/planted.ts', '../config.ts'],
  ['platform/, from a capability', 'control/planted.ts', '../platform/listen.ts'],
  ['a capability, from platform/', 'platform/planted.ts', '../engine/engine.ts'],
  ['dockerode, from anything but engine/docker', 'replicas/planted.ts', 'dockerode'],
  ['prom-client, from the loop', 'planted.ts', 'prom-client'],
  ['a command, from the loop', 'planted.ts', './commands/run.ts'],
  ['a test', 'edge/planted.ts', '../../tests/support/world.ts'],
  ['the other service', 'planted.ts', '../../app/src/config.ts'],
];

const allowed: readonly Planted[] = [
  ['a noun of another folder', 'release/planted.ts', '../replicas/replica.ts'],
  ['its own folder', 'edge/planted.ts', './reload.ts'],
  ['dockerode, from engine/docker', 'engine/docker.ts', 'dockerode'],
  ['anything, from the composition', 'commands/planted.ts', '../engine/docker.ts'],
];

let folder: string;
let found = '';
const places = new Map<Planted, string>();

async function plant(): Promise<void> {
  const files = new Map<string, string[]>();
  for (const planted of [...refused, ...allowed]) {
    const [, file, imported] = planted;
    const lines = files.get(file) ?? [];
    files.set(file, [...lines, `import '${imported}';`]);
    places.set(planted, `autoscaler/src/${file}:${lines.length + 1}:`);
  }
  for (const [file, lines] of files) {
    const path = join(folder, 'autoscaler', 'src', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${lines.join('\n')}\n`);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/architecture-`);
  await copyFile(join(root, 'biome.json'), join(folder, 'biome.json'));
  await plant();
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const args = ['lint', '--colors=off', '--max-diagnostics=none', '--vcs-enabled=false'];
  found = await new Promise((resolve) => {
    execFile(biome, args, { cwd: folder }, (_error, out, err) => resolve(out + err));
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const complaints = (planted: Planted): boolean =>
  found.split('\n').some((line) => line.includes(places.get(planted) ?? '?') && line.includes('noRestrictedImports'));

test.each(refused)('importing %s → refused', (...planted) => {
  expect(complaints(refused.find(([what]) => what === planted[0]) ?? planted)).toBe(true);
});

test.each(allowed)('importing %s → allowed', (...planted) => {
  expect(complaints(allowed.find(([what]) => what === planted[0]) ?? planted)).toBe(false);
});

test('no file is longer than 200 lines, and the median is at most 60', async () => {
  const names = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const lengths = await Promise.all(
    names.map(async (name) => (await readFile(join(source, name), 'utf8')).trimEnd().split('\n').length),
  );
  lengths.sort((a, b) => a - b);
  expect(lengths.at(-1)).toBeLessThanOrEqual(200);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(60);
});
