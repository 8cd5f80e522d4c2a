import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settings as appTable } from '../../../app/src/config-table.ts';
import { table as autoscalerTable } from '../../../autoscaler/src/config-table.ts';
import { exampleFile, examplePath } from '../example.ts';
import { stackPage, stackPagePath } from '../reference.ts';
import { stackSettings } from '../settings.ts';
import type { Command } from './command.ts';

/** What is made from the tables of settings, of the stack, the service and the autoscaler: path → content. */
export async function referenceFiles(root: string): Promise<Record<string, string>> {
  const composeFile = await readFile(join(root, 'docker-compose.yml'), 'utf8');
  const tables = { stack: stackSettings, service: Object.values(appTable), autoscaler: Object.values(autoscalerTable) };
  return { [stackPagePath]: stackPage(stackSettings), [examplePath]: exampleFile(tables, composeFile) };
}

/** `generate`: writes what documents settings, from the tables that the code itself uses. */
export const generate: Command = async ({ root, print }) => {
  for (const [path, content] of Object.entries(await referenceFiles(root))) {
    await writeFile(join(root, path), content);
    print(`wrote ${path}`);
  }
  return 0;
};
