import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerOnly, readOr, replaceFile } from '../secrets/files.ts';

// `shortstack-entry` and `scripts/run-verb` read it: the tools that belong to the files that are there.
const fileIn = (state: string): string => join(state, 'tools');

/** The image in which the server's own scripts run; empty where none was deployed yet. */
export const readTools = async (state: string): Promise<string> => (await readOr(fileIn(state), '')).trim();

/** Has them run in this image; an empty name is that of none. */
export async function writeTools(state: string, image: string): Promise<void> {
  if (image !== '') await replaceFile(fileIn(state), `${image}\n`, ownerOnly);
  else await rm(fileIn(state), { force: true });
}
