import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One file of the page, as it goes out. */
export type Asset = { type: string; plain: Buffer; packed: Buffer };

export type Assets = {
  /** Changes whenever a file does. */
  version: string;
  /** `FOLDER/FILE` → the file. */
  files: ReadonlyMap<string, Asset>;
  /** Scripts that the page needs before it shows anything, so that a browser asks for them all at once. */
  first: readonly string[];
};

const entry = 'page/main.js';
const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

const resolve = createRequire(import.meta.url).resolve;
const packaged = (name: string, path: string): string =>
  readFileSync(join(dirname(resolve(`${name}/package.json`)), path), 'utf8').replace(/\n\/\/# sourceMappingURL=.*/, '');

/** Libraries by the name that modules import them by. */
const libraries: Readonly<Record<string, { path: string; read: () => string }>> = {
  preact: { path: 'library/preact.js', read: () => packaged('preact', 'dist/preact.mjs') },
  'preact/hooks': { path: 'library/hooks.js', read: () => packaged('preact', 'hooks/dist/hooks.mjs') },
  // As a module it comes in four times the size only.
  uplot: {
    path: 'library/uplot.js',
    read: () => `${packaged('uplot', 'dist/uPlot.iife.min.js')}\nexport { uPlot };\n`,
  },
};

/** Browsers know no packages: a library's name becomes the path of its file. */
const linked = (code: string): string =>
  code.replace(/(\bfrom ?|\bimport\()(['"])([a-z/]+)\2/g, (whole, before: string, quote: string, name: string) => {
    const library = libraries[name];
    return library ? `${before}${quote}../${library.path}${quote}` : whole;
  });

function readTexts(folder: string): Map<string, string> {
  const texts = new Map<string, string>();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|css)$/.test(name));
  for (const name of names.sort()) texts.set(name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8'));
  for (const { path, read } of Object.values(libraries)) texts.set(path, read());
  texts.set('library/uplot.css', packaged('uplot', 'dist/uPlot.min.css'));
  return texts;
}

/** A module and all that it imports before it runs, each once. */
function needed(name: string, texts: ReadonlyMap<string, string>, found = new Set<string>()): Set<string> {
  // Comments name types, which are no files of the page.
  if (found.has(name) || !texts.has(name)) return found;
  found.add(name);
  for (const [, path = ''] of (texts.get(name) ?? '').matchAll(/\bfrom ?['"](\.[^'"]+)['"]/g)) {
    needed(join(dirname(name), path), texts, found);
  }
  return found;
}

/** Reads and packs all that the page is made of. */
export function readAssets(folder: string): Assets {
  const texts = new Map([...readTexts(folder)].map(([name, text]) => [name, linked(text)] as const));
  const hash = createHash('sha256');
  const files = new Map<string, Asset>();
  for (const [name, text] of texts) {
    hash.update(`${name}\n${text}\n`);
    const plain = Buffer.from(text);
    const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    files.set(name, { type, plain, packed: gzipSync(plain, { level: 9 }) });
  }
  return { version: hash.digest('hex').slice(0, 12), files, first: [...needed(entry, texts)] };
}
