import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle } from './bundle.ts';

/** One file of the page, as it goes out. */
export type Asset = { type: string; plain: Buffer; packed: Buffer };

export type Assets = {
  /** Changes whenever a file does. */
  version: string;
  /** What the page looks like; it stands in the page itself, so that its first sight waits for nothing more. */
  style: string;
  files: ReadonlyMap<string, Asset>;
};

const styles = ['page/base.css', 'page/parts.css', 'page/views.css'];

const resolve = createRequire(import.meta.url).resolve;
const packaged = (name: string, path: string): string =>
  readFileSync(join(dirname(resolve(`${name}/package.json`)), path), 'utf8').replace(/\n\/\/# sourceMappingURL=.*/, '');

/** Libraries by the name that modules import them by. */
const libraries: Readonly<Record<string, string>> = {
  preact: '../library/preact.js',
  'preact/hooks': '../library/hooks.js',
  // Only with the first chart.
  uplot: './plot.js',
};

/** Browsers know no packages: a library's name becomes the path of its file. */
const linked = (code: string): string =>
  code.replace(/(\bfrom ?|\bimport\()(['"])([a-z/]+)\2/g, (whole, before: string, quote: string, name: string) => {
    const path = libraries[name];
    return path ? `${before}${quote}${path}${quote}` : whole;
  });

/** Comments are for who reads the file: a fifth of what would go out. Only those that have their lines to themselves. */
const bare = (code: string): string => code.replace(/^[ \t]*(\/\*\*((?!\*\/)[\s\S])*\*\/|\/\/.*)\n/gm, '');

function readModules(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  const own = names
    .sort()
    .map((name) => [name.replaceAll('\\', '/'), bare(readFileSync(join(folder, name), 'utf8'))] as const);
  const theirs = [
    ['library/preact.js', packaged('preact', 'dist/preact.mjs')],
    ['library/hooks.js', packaged('preact', 'hooks/dist/hooks.mjs')],
  ] as const;
  return new Map([...own, ...theirs].map(([name, text]) => [name, linked(text)]));
}

/** A text as it goes out. */
export function pack(type: string, text: string): Asset {
  const plain = Buffer.from(text);
  return { type, plain, packed: gzipSync(plain, { level: 9 }) };
}

/** Reads, joins and packs all that the page is made of. */
export function readAssets(folder: string): Assets {
  const sheets = [
    packaged('uplot', 'dist/uPlot.min.css'),
    ...styles.map((name) => readFileSync(join(folder, name), 'utf8')),
  ];
  const texts = {
    'main.js': bundle(readModules(folder), 'page/main.js'),
    // As a module it comes in three times the size only.
    'plot.js': `${packaged('uplot', 'dist/uPlot.iife.min.js')}\nexport { uPlot };\n`,
  };
  const version = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);
  const script = (text: string): Asset => pack('text/javascript; charset=utf-8', text);
  const files = new Map(Object.entries(texts).map(([name, text]) => [name, script(text)]));
  return { version, style: sheets.join('\n'), files };
}
