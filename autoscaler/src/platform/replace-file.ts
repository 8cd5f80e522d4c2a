import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

const sync = async (path: string): Promise<void> => {
  await using handle = await open(path, 'r');
  await handle.sync();
};

/** Writes beside, flushes to disk, renames over, flushes the directory. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.new`;
  {
    await using handle = await open(beside, 'w', mode);
    await handle.writeFile(text);
    await handle.sync();
  }
  await rename(beside, path);
  await sync(dirname(path));
}
