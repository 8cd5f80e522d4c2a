import { existsSync } from 'node:fs';
import { glob, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { alerts } from '../monitoring/src/rules/groups.ts';

const root = join(import.meta.dirname, '..');
const skipped = new Set(['node_modules', '.git', '.data', 'coverage', 'results']);
/** Endings of files that are not text. */
const binary = /\.(ico|png|woff2?|gz)$/;

async function files(pattern: string): Promise<string[]> {
  const found: string[] = [];
  const entries = glob(pattern, { cwd: root, withFileTypes: true, exclude: ({ name }) => skipped.has(name) });
  for await (const entry of entries) if (entry.isFile()) found.push(join(entry.parentPath, entry.name));
  return found;
}

const read = (path: string): Promise<string> => readFile(path, 'utf8');
/** `scripts/VERB` stands for any: a name in capitals alone is a place for one. */
const isPlace = (path: string): boolean => /\/[A-Z]+$/.test(path) && !/\/(README|LICENSE)$/.test(path);
const isThere = async (path: string): Promise<boolean> =>
  isPlace(path) || (/[*{]/.test(path) ? (await Array.fromAsync(glob(path))).length > 0 : existsSync(path));

/** What people are told to do: each document, and the first step of each alert, which they get by mail. */
async function texts(): Promise<[path: string, text: string][]> {
  const documents = (await files('**/*.md')).map(async (path): Promise<[string, string]> => [path, await read(path)]);
  const steps = alerts.map(({ firstStep, name }): [string, string] => [join(root, `first step of ${name}`), firstStep]);
  return [...(await Promise.all(documents)), ...steps];
}

/** What `find` finds in each text and `there` denies, as `text: thing`. */
async function wrongIn(
  find: (text: string) => Iterable<string>,
  there: (thing: string, document: string) => Promise<boolean>,
): Promise<{ wrong: string[]; looked: number }> {
  const wrong: string[] = [];
  let looked = 0;
  for (const [document, text] of await texts()) {
    for (const thing of find(text)) {
      looked += 1;
      if (!(await there(thing, document))) wrong.push(`${document.slice(root.length + 1)}: ${thing}`);
    }
  }
  return { wrong, looked };
}

const matches = (pattern: RegExp) => (text: string) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

test('every relative link of a document leads to a file', async () => {
  const links = matches(/\]\((?![a-z]+:|#)([^)#\s]+)/g);
  const { wrong, looked } = await wrongIn(links, (link, document) => isThere(join(dirname(document), link)));
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(10);
});

/** What headings can be linked by, as code hosts make it: a second heading of the same words has -1 behind it. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = matches(/^#{1,6} (.+)$/gm)(text.replace(/^```.*?^```/gms, ''));
  const anchors = headings.map((heading) => {
    const words = heading.replace(/\]\([^)]*\)/g, '').toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  return new Set(anchors);
}

test('every link to a heading, of the same document or another, leads to one', async () => {
  const links = matches(/\]\((?![a-z]+:)([^)#\s]*#[^)\s]+)\)/g);
  const { wrong, looked } = await wrongIn(links, async (link, document) => {
    const [path = '', anchor = ''] = link.split('#');
    const target = path === '' ? document : join(dirname(document), path);
    return !target.endsWith('.md') || anchorsOf(await read(target)).has(anchor);
  });
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(10);
});

test('every file that a document names exists', async () => {
  const folders = (await readdir(root)).filter((name) => !skipped.has(name) && !name.includes('.'));
  const named = matches(new RegExp(`\`((?:${folders.join('|')}|\\.ci|\\.github)/[\\w./*{},-]+)\``, 'g'));
  const { wrong, looked } = await wrongIn(named, (path) => isThere(join(root, path)));
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(10);
});

test("every module that the architecture's page walks through exists", async () => {
  const source = join(root, 'app', 'src');
  const folders = (await readdir(source)).filter((name) => !name.includes('.'));
  const text = await read(join(root, 'docs', 'architecture.md'));
  const modules = matches(new RegExp(`\`((?:${folders.join('|')})/[\\w-]+)\``, 'g'))(text);
  expect(modules.length).toBeGreaterThan(20);
  expect(modules.filter((module) => !existsSync(join(source, `${module}.ts`)))).toEqual([]);
  const rows = matches(/^\| `([a-z]+)` \|/gm)(text);
  expect(rows.toSorted()).toEqual(folders.toSorted());
});

test('every npm script that a document names exists', async () => {
  type Package = { scripts?: Record<string, string> };
  const packages = await Promise.all((await files('{.,*}/package.json')).map(read));
  const scripts = new Set(packages.flatMap((text) => Object.keys((JSON.parse(text) as Package).scripts ?? {})));
  const named = (text: string) => [
    ...matches(/npm run ([a-z][\w:-]*)/g)(text),
    ...matches(/npm (start|test)\b/g)(text),
  ];
  const { wrong, looked } = await wrongIn(named, async (name) => scripts.has(name));
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(5);
});

test('every script that a document or the first step of an alert calls exists', async () => {
  const called = matches(/(?<![\w/])scripts\/([a-z]+(?:-[a-z0-9]+)*(?:\.sh)?)(?![\w*{-])/g);
  const { wrong, looked } = await wrongIn(called, async (name) => existsSync(join(root, 'scripts', name)));
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(80);
});

test('no command on the way to a server gives a secret to a program as a word, which everybody on the machine can read', async () => {
  const way = await read(join(root, 'docs', 'deployment.md'));
  const commands = [...way.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body.replaceAll('\\\n', ' '));
  const programs = commands
    .flatMap((body) => body.split(/[\n|]/))
    .filter((line) => /^\s*(curl|ssh|scripts\/)/.test(line));
  expect(programs.length).toBeGreaterThan(8);
  expect(programs.filter((line) => /\$\{?\w*(KEY|PASSWORD|TOKEN)/.test(line))).toEqual([]);
});

test('no document has a key as a word of curl, which everybody on the machine can read; a file or a pipe has it', async () => {
  const given = matches(/(?:-H|--header)[ =]?["']?((?:Authorization|X-API-Key):[^\n]*)/gi);
  expect(given(`add \`-H "Authorization: Bearer $KEY"\``)).toHaveLength(1);
  const { wrong } = await wrongIn(given, async () => false);
  expect(wrong).toEqual([]);
});

test('every service that a document or the first step of an alert gives an order to exists', async () => {
  const compose = await read(join(root, 'docker-compose.yml'));
  const services = matches(/^ {2}([a-z][\w-]*):$/gm)(compose.slice(compose.indexOf('\nservices:')));
  const ordered = (text: string) =>
    [...text.matchAll(/docker compose (restart|stop|exec|logs|ps|up)\b([^`|&;\n]*)/g)].flatMap(
      ([, verb, rest = '']) => {
        // Without options, their values, and words that stand for any.
        const words = rest.split(' ').filter((word) => /^[a-z]/.test(word));
        return verb === 'exec' ? words.slice(0, 1) : words;
      },
    );
  const { wrong, looked } = await wrongIn(ordered, async (service) => services.includes(service));
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(20);
});

test('the tree speaks of no machine on which it was made, and of no registry', async () => {
  // In pieces, so that this file does not hold what it looks for.
  const places = [
    ['registry', 'npmjs', 'org'].join('.'),
    ...['main', 'shared'].map((name) => `/work/${''}${name}`),
    `/tmp/${''}briefs`,
    `/tmp/${''}bash_jobs`,
  ];
  const found: string[] = [];
  for (const path of await files('**/{*,.*}')) {
    if (binary.test(path)) continue;
    const text = await read(path);
    for (const place of places) if (text.includes(place)) found.push(`${path.slice(root.length + 1)}: ${place}`);
  }
  expect(found).toEqual([]);
});
