import { chmod, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ScriptError } from '../platform/run.ts';

/** What belongs to the server and to no release. */
const own = new Set(['.env', '.env.new', '.secrets', '.deploy', '.data', 'node_modules']);

async function filesIn(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const nested = entries
    .filter(({ name }) => folder !== '' || !own.has(name))
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(root, path) : [path];
    });
  return (await Promise.all(nested)).flat();
}

/** Nothing where there is no folder. */
const filesOrNone = (root: string): Promise<string[]> =>
  filesIn(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

/** Lets a tree that has arrived be tried with the server's own secrets, which no release brings. */
export async function lendSecrets(root: string, tree: string): Promise<void> {
  await symlink(join(root, '.secrets'), join(tree, '.secrets')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

type Content = { mode: number; text: Buffer | string; link: boolean };

async function contentOf(path: string): Promise<Content | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found || found.isDirectory()) return undefined;
  const link = found.isSymbolicLink();
  // What else the mode says comes from whoever unpacked it.
  return { mode: found.mode & 0o100 ? 0o755 : 0o644, link, text: link ? await readlink(path) : await readFile(path) };
}

const same = (a: Content | undefined, b: Content | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.mode === b.mode &&
  a.link === b.link &&
  Buffer.from(a.text).equals(Buffer.from(b.text));

async function put(path: string, { mode, text, link }: Content): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.arriving`;
  await rm(beside, { force: true });
  if (link) await symlink(String(text), beside);
  else {
    await writeFile(beside, text, { flush: true });
    await chmod(beside, mode);
  }
  await rename(beside, path);
}

/**
 * Makes the files of one folder those of another, each in one step, and answers the paths that were changed. Folders stay
 * the same ones: containers that have them mounted see the new files. Interrupted, it can be run again, either way. A folder
 * without a file is no release, and everything would be removed for it: that is refused, unless it is known that there may
 * be none.
 */
export async function syncTree(from: string, to: string, { mayBeEmpty = false } = {}): Promise<string[]> {
  const [wanted, present] = await Promise.all([filesOrNone(from), filesOrNone(to)]);
  if (wanted.length === 0 && !mayBeEmpty) throw new ScriptError(`${from} has no files: nothing is changed`);
  const changed: string[] = [];
  for (const path of wanted) {
    const content = await contentOf(join(from, path));
    if (!content || same(content, await contentOf(join(to, path)))) continue;
    await put(join(to, path), content);
    changed.push(path);
  }
  const keep = new Set(wanted);
  for (const path of present.filter((name) => !keep.has(name))) {
    await rm(join(to, path));
    changed.push(path);
  }
  return changed.sort();
}
