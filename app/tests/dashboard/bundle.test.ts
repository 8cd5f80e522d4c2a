import { expect, test } from '@jest/globals';
import { bundle } from '../../src/dashboard/bundle.ts';

/** Runs a bundle as a browser would, and answers what its entry left in `result`. */
async function run(modules: Record<string, string>): Promise<unknown> {
  const code = bundle(new Map(Object.entries(modules)), 'page/main.js');
  return new Function(`let result;\n${code}\nreturn result;`)();
}

test('modules see what they import, by whatever name, each runs once, and after what it needs', async () => {
  const modules = {
    'page/main.js':
      "import { two as second } from '../parts/two.js';\nimport {\n  one,\n} from '../parts/one.js';\nresult = [one, second];\n",
    'parts/two.js': "import { one } from './one.js';\nexport const two = one + 1;\n",
    'parts/one.js': 'globalThis.runs = (globalThis.runs ?? 0) + 1;\nexport const one = globalThis.runs;\n',
  };
  expect(await run(modules)).toEqual([1, 2]);
});

test('each kind of export is one, also in a list as minifiers write it', async () => {
  const kinds =
    "export function a() { return 'a'; }\nexport async function b() {}\nexport class C {}\nexport const d = 4;\n";
  const modules = {
    'page/main.js':
      'import { a, b, C, d } from \'./kinds.js\';\nimport{x as y}from"./list.js";result = [a(), typeof b, typeof C, d, y];\n',
    'page/kinds.js': kinds,
    'page/list.js': 'var n=5;export{n as x};',
  };
  expect(await run(modules)).toEqual(['a', 'function', 'function', 4, 5]);
});

test('a late import stays one', () => {
  const main = "export const later = () => import('./plot.js');\n";
  expect(bundle(new Map([['page/main.js', main]]), 'page/main.js')).toContain("import('./plot.js')");
});

test('modules that import each other, or one that is not there, are told by name', () => {
  const one = "import { b } from './b.js';\nexport const a = b;\n";
  const two = "import { a } from './main.js';\nexport const b = a;\n";
  const modules = new Map([['page/main.js', one]]);
  expect(() => bundle(modules, 'page/main.js')).toThrow('there is no module page/b.js');
  expect(() => bundle(modules.set('page/b.js', two), 'page/main.js')).toThrow(
    'page/main.js → page/b.js → page/main.js',
  );
});

test('what comments name is not imported', () => {
  const main = "/** @import { T } from './types.js' */\nexport const a = 1;\n";
  expect(
    bundle(
      new Map([
        ['page/main.js', main],
        ['page/types.js', 'nonsense'],
      ]),
      'page/main.js',
    ),
  ).not.toContain('nonsense');
});
