import { glob, open } from 'node:fs/promises';
import { join } from 'node:path';

const elsewhere = new Set(['node_modules', '.git', '.data', 'coverage', 'results']);

async function isShell(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
  return /^#!(\/usr)?\/bin\/(env )?(ba|da)?sh\b/.test(buffer.toString('latin1', 0, bytesRead));
}

/** The scripts of the tree that a shell runs, known by their first line: most have no ending. */
export async function shellScripts(root: string): Promise<string[]> {
  const found: string[] = [];
  // What begins with a dot is only found by its name.
  const entries = glob(['**/*', '.ci/*'], {
    cwd: root,
    withFileTypes: true,
    exclude: ({ name }) => elsewhere.has(name),
  });
  for await (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await isShell(path))) found.push(path);
  }
  return found.sort();
}
