import { posix } from 'node:path';

/** Path → text of modules, which import each other by relative paths and without cycles. */
export type Modules = ReadonlyMap<string, string>;

const imports = /^import\s*(\{[^}]*\})\s*from\s*['"](\.[^'"]+)['"];?/gm;
const exportedNames = /^export (?:async function|function|const|class) (\w+)/gm;
const exportList = /\bexport\s*\{([^}]*)\};?/;

const pathFrom = (module: string, to: string): string => posix.join(posix.dirname(module), to);
/** `a as b` of an import as a pattern takes it. */
const pattern = (names: string): string => names.replace(/(\w+) as (\w+)/g, '$1: $2');

function exportsOf(code: string): string[] {
  const declared = [...code.matchAll(exportedNames)].map(([, name = '']) => name);
  const listed = (exportList.exec(code)?.[1] ?? '').split(',').flatMap((entry) => {
    const [name = '', as = name] = entry.trim().split(/ as /);
    return name ? [name === as ? name : `${as}: ${name}`] : [];
  });
  return [...declared, ...listed];
}

/** The entry and all that it imports, each after what it imports itself. */
function inOrder(modules: Modules, name: string, done: Set<string>, above: readonly string[] = []): Set<string> {
  if (above.includes(name)) throw new Error(`modules import each other: ${[...above, name].join(' → ')}`);
  const code = modules.get(name);
  if (code === undefined) throw new Error(`there is no module ${name}, which ${above.at(-1)} imports`);
  for (const [, , path = ''] of code.matchAll(imports)) {
    const other = pathFrom(name, path);
    if (!done.has(other)) inOrder(modules, other, done, [...above, name]);
  }
  return done.add(name);
}

/**
 * One script of many modules: each becomes a function that runs once, what it exports a value. It knows the few forms
 * that our formatter leaves of imports and exports, and no others. A late import stays one.
 */
export function bundle(modules: Modules, entry: string): string {
  const order = [...inOrder(modules, entry, new Set())];
  const variable = (path: string): string => `m${order.indexOf(path)}`;
  const parts = order.map((name) => {
    const code = modules.get(name) ?? '';
    const body = code
      .replace(
        imports,
        (_, names: string, path: string) => `const ${pattern(names)} = ${variable(pathFrom(name, path))};`,
      )
      .replace(exportList, '')
      .replace(exportedNames, (line) => line.slice('export '.length));
    return `// ${name}\nconst ${variable(name)} = (() => {\n${body}\nreturn { ${exportsOf(code).join(', ')} };\n})();\n`;
  });
  return parts.join('\n');
}
