import { readFile } from 'node:fs/promises';

export type UpstreamFile = {
  /** The file's text; null if there is none. */
  read(): Promise<string | null>;
  /** Puts a new text in place, as a whole or not at all, also when the machine loses power. */
  write(text: string): Promise<void>;
  /** Sets aside a text that the edge has proven to run with. */
  keep(text: string): Promise<void>;
  /** What was set aside last; null if nothing ever was. */
  kept(): Promise<string | null>;
};

const readIfThere = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** The edge reads it as another user. */
const readableByAll = 0o644;

type Deps = {
  path: () => string;
  /** Replaces a file as a whole, flushed to disk. */
  replace: (path: string, text: string, mode: number) => Promise<void>;
};

/** The generated upstream file in a directory that the edge mounts too: a single mounted file would keep its old inode. */
export const createUpstreamFile = ({ path, replace }: Deps): UpstreamFile => ({
  read: () => readIfThere(path()),
  write: (text) => replace(path(), text, readableByAll),
  keep: (text) => replace(`${path()}.previous`, text, readableByAll),
  kept: () => readIfThere(`${path()}.previous`),
});
