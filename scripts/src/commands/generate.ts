import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stackPage, stackPagePath } from '../reference.ts';
import { stackSettings } from '../settings.ts';
import type { Command } from './command.ts';

/** `generate`: writes what documents the stack's settings, from the table that the scripts themselves use. */
export const generate: Command = async ({ root, print }) => {
  await writeFile(join(root, stackPagePath), stackPage(stackSettings));
  print(`wrote ${stackPagePath}`);
  return 0;
};
