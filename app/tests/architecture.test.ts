import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { temporaryFolder } from './support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const source = join(root, 'app', 'src');

type Planted = readonly [what: string, file: string, line: string];

const refused: readonly Planted[] = [
  ["another folder's store", 'urls/planted.ts', '../users/store.ts'],
  ["another folder's use case", 'redirects/planted.ts', '../clicks/recorder.ts'],
  ["another folder's routes", 'urls/routes.ts', '../users/routes.ts'],
  ["another folder's store, from a store", 'events/store.ts', '../urls/store.ts'],
  ['the settings', 'urls/service.ts', '../config.ts'],
  ['the metrics', 'clicks/recorder.ts', '../metrics.ts'],
  ['http/, from what is no route', 'urls/service.ts', '../http/context.ts'],
  ['platform/, from what is no store', 'clicks/recorder.ts', '../platform/redis.ts'],
  ['a capability, from platform/', 'platform/planted.ts', '../users/user.ts'],
  ['a capability, from http/', 'http/planted.ts', '../users/user.ts'],
  ['koa, from a use case', 'urls/service.ts', 'koa'],
  ['koa, from platform/', 'platform/planted.ts', 'koa'],
  ['the driver of Postgres, from a store', 'urls/store.ts', 'pg'],
  ['the driver of Redis, from a store', 'redirects/shared.ts', 'redis'],
  ['opossum, from a capability', 'clicks/recorder.ts', 'opossum'],
  ['OpenTelemetry, from http/', 'http/planted.ts', '@opentelemetry/api'],
  ['a command, from a capability', 'urls/service.ts', '../commands/serve.ts'],
  ['the composition, from http/', 'http/planted.ts', '../compose/core.ts'],
  ['a test, from a command', 'commands/planted.ts', '../../tests/support/stores.ts'],
  ['the other service, from the composition', 'compose/planted.ts', '../../../autoscaler/src/config.ts'],
];

const allowed: readonly Planted[] = [
  ['a noun of another folder', 'urls/service.ts', '../codes/short-code.ts'],
  ['a noun of another folder, from a store', 'redirects/shared.ts', '../codes/short-code.ts'],
  ['its own folder', 'urls/planted.ts', './store.ts'],
  ['http/, from routes', 'urls/routes.ts', '../http/route.ts'],
  ['the redis client, from a store', 'limits/cache.ts', '../platform/redis.ts'],
  ['anything, from the composition', 'compose/planted.ts', '../urls/store.ts'],
  ['a driver, from platform/', 'platform/planted.ts', 'pg'],
];

const statements: readonly Planted[] = [
  ['noProcessEnv', 'urls/environment.ts', 'export const home = process.env.HOME;'],
  ['noDefaultExport', 'urls/default.ts', 'export default 1;'],
  ['noReExportAll', 'urls/index.ts', "export * from './url.ts';"],
  ['noExcessiveLinesPerFunction', 'urls/long.ts', `export function long(): void {${'\n  void 0;'.repeat(41)}\n}`],
];

/** Where each planted line went: `app/src/FILE:LINE`. */
const places = new Map<string, string>();
let found = '';

const run = (cwd: string): Promise<string> =>
  new Promise((resolve) => {
    const biome = join(root, 'node_modules', '.bin', 'biome');
    const args = ['lint', '--colors=off', '--max-diagnostics=none', '--vcs-enabled=false'];
    execFile(biome, args, { cwd }, (_error, out, err) => resolve(out + err));
  });

async function plant(folder: string): Promise<void> {
  const files = new Map<string, string[]>();
  for (const planted of [...refused, ...allowed, ...statements]) {
    const [, file, line] = planted;
    const lines = files.get(file) ?? [];
    files.set(file, lines);
    lines.push(/^export /.test(line) ? line : `import '${line}';`);
    places.set(planted.join(), `app/src/${file}:${lines.length}:`);
  }
  for (const [file, lines] of files) {
    const path = join(folder, 'app', 'src', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${lines.join('\n')}\n`);
  }
}

beforeAll(async () => {
  await using folder = await temporaryFolder();
  await copyFile(join(root, 'biome.json'), join(folder.path, 'biome.json'));
  await plant(folder.path);
  found = await run(folder.path);
});

const saidOf = (planted: Planted): string[] =>
  found.split('\n').filter((line) => line.startsWith(places.get(planted.join()) ?? 'nowhere'));

test.each(refused)('%s is refused: %s may not import %s', (...planted) => {
  expect(saidOf(planted).join()).toContain('noRestrictedImports');
});

test.each(allowed)('%s is let through: %s may import %s', (...planted) => {
  expect(saidOf(planted).join()).not.toContain('noRestricted');
});

test.each(statements)('%s holds in %s for: %s', (...planted) => {
  const [rule] = planted;
  expect(saidOf(planted).join()).toContain(rule);
});

type Module = { path: string; text: string; imports: string[] };

async function modulesIn(folder: string): Promise<Module[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      const imports = [...text.matchAll(/(?:from|import\() ?'([^']+)'/g)].map(([, module = '']) => module);
      return { path: join(folder, name), text, imports };
    }),
  );
}

const notCapabilities = new Set(['src', 'http', 'platform', 'compose', 'commands']);
const pureLibraries = new Set(['zod', 'node:crypto', 'isbot', 'bowser']);
/** By their names: what talks to stores or clients, or is handed functions. */
const notNouns = /^(.*store|.*routes|guard|listener|service|cache|shared|queue|health|docs)\.ts$/;

/** Nouns: files of a capability whose rules need no clock, store or deps, which shows in what they import and export. */
function isNoun({ path, text, imports }: Module): boolean {
  if (notCapabilities.has(basename(dirname(path))) || notNouns.test(basename(path))) return false;
  if (
    stripTypeScriptTypes(text)
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      .trim() === ''
  )
    return false;
  if (/export (async )?function create|export const create|async |Promise</.test(text)) return false;
  return imports.every((module) => module.startsWith('.') || pureLibraries.has(module));
}

test('each noun has a test that imports it', async () => {
  const nouns = (await modulesIn(source)).filter(isNoun).map(({ path }) => path);
  const tests = await modulesIn(join(root, 'app', 'tests'));
  const tested = new Set(
    tests.flatMap(({ path, imports }) =>
      imports.filter((to) => to.startsWith('.')).map((to) => join(dirname(path), to)),
    ),
  );
  expect(nouns.length).toBeGreaterThan(10);
  expect(nouns.filter((noun) => !tested.has(noun)).map((noun) => noun.slice(source.length + 1))).toEqual([]);
});

test('a file has at most 200 lines, and half of them at most 60', async () => {
  const lengths = (await modulesIn(source)).map(({ path, text }) => [text.split('\n').length - 1, path] as const);
  expect(lengths.filter(([length]) => length > 200).map(([, path]) => path.slice(source.length + 1))).toEqual([]);
  const sorted = lengths.map(([length]) => length).sort((one, other) => one - other);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(60);
});

test('tracing is loaded by one file only, when it is wanted, and its library by tracing alone', async () => {
  const modules = await modulesIn(source);
  const importers = (wanted: RegExp) =>
    modules.filter(({ imports }) => imports.some((module) => wanted.test(module))).map(({ path }) => basename(path));
  expect(importers(/\/telemetry\.ts$/)).toEqual(['tracing.ts']);
  const composed = modules.find(({ path }) => path.endsWith(join('compose', 'tracing.ts')));
  expect(composed?.text).toContain("await import('../platform/telemetry.ts')");
  // A type is no code: nothing is loaded for it.
  expect(composed?.text).not.toMatch(/^import (?!type ).*from '.*telemetry/m);
  expect(importers(/^@opentelemetry/).every((name) => name.startsWith('telemetry'))).toBe(true);
});
