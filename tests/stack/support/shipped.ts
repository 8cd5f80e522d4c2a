import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from './place.ts';

const path = join(checkout, '.env');

/**
 * Takes the settings away with which the autoscaler of these tests is quick to watch: what is said of a stack in use is
 * said of the one that is shipped. Answers how to give them back. The next `up` applies either.
 */
export async function useShippedAutoscaler(): Promise<() => Promise<void>> {
  const before = await readFile(path, 'utf8');
  const quick = before.split('\n').filter((line) => line.startsWith('AUTOSCALER_'));
  await writeFile(path, before.replaceAll(/^AUTOSCALER_.*\n/gm, ''));
  return async () => await writeFile(path, `${await readFile(path, 'utf8')}${quick.join('\n')}\n`);
}
