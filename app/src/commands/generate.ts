import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from './command.ts';
import { referenceFiles } from './reference.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** `generate`: writes what documents the settings from the table that the code itself uses. */
export const generate: Command = async ({ print }) => {
  for (const [path, content] of Object.entries(await referenceFiles())) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    print(`wrote ${path}`);
  }
  return 0;
};
