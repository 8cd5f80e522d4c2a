import { readFile, writeFile } from 'node:fs/promises';
import { withSettings } from '../config-document.ts';
import { type Command, CommandError } from './command.ts';

/** `document FILE`: writes the table of settings into a document, from the table that the code itself uses. */
export const document: Command = async ({ argv, print }) => {
  const [path] = argv;
  if (path === undefined) throw new CommandError('usage: document FILE');
  await writeFile(path, withSettings(await readFile(path, 'utf8')));
  print(`wrote the settings into ${path}`);
  return 0;
};
