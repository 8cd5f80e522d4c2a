import { chmod, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const ownerOnly = 0o600;
/** The folder is closed to others; in a container, where the file alone is mounted, a numbered user must read it. */
export const servicesToo = 0o444;
const ownerMayWrite = 0o644;
/** No file holds this: an empty one is there, and a container that mounts it needs it to be. */
const absent = '\0';

/**
 * Files that containers read again and again while they run. A file that is mounted stays the one that it was: these are
 * written where they are. Who reads one in the middle of that finds it wrong, and comes again.
 */
const readAnew = new Set(['pgbackrest.conf', 'pgbackrest-before.conf']);

/** The text of a file, or something else where there is none. */
export const readOr = (path: string, fallback: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return fallback;
    throw error;
  });

/** Puts a file in the place of another in one step; a power cut leaves the one or the other, and whole. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: ownerOnly, flush: true });
  await chmod(`${path}.new`, mode);
  await rename(`${path}.new`, path);
}

async function overwrite(path: string, text: string): Promise<void> {
  await chmod(path, ownerMayWrite);
  await using file = await open(path, 'r+');
  await file.write(text, 0);
  await file.truncate(Buffer.byteLength(text));
  await file.sync();
}

/** Brings a file that services read to a text; one that has it already is left alone. */
export async function putForServices(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  const present = await readOr(path, absent);
  if (present === text) return;
  if (readAnew.has(name) && present !== absent) await overwrite(path, text);
  else await replaceFile(path, text, servicesToo);
}
