import { basename, dirname, resolve } from 'node:path';
import { must } from '../platform/run.ts';
import type { CommandContext } from './command.ts';
import type { Stack } from './open-stack.ts';
import type { UpOptions } from './up-options.ts';

const mounted = '/fill';

/** Runs a verb of the app beside the replicas, with a folder of this machine to read from. */
async function runWith(stack: Stack, folder: string, words: readonly string[]): Promise<void> {
  const volume = ['--volume', `${resolve(folder)}:${mounted}:ro`];
  const args = ['run', '--rm', '--no-deps', ...volume, 'app', 'app/src/main.ts', ...words];
  await must(stack.compose.run(args, {}, true), words.join(' '));
}

/** Reads in what was asked for: a folder with the seed's CSV files, or what another installation exported. */
export async function fillDatabase({ print }: CommandContext, stack: Stack, options: UpOptions): Promise<void> {
  if (options.seed !== undefined) {
    print(`seeding from ${options.seed}`);
    await runWith(stack, options.seed, ['seed', mounted]);
  }
  if (options.import !== undefined) {
    print(`importing ${options.import}`);
    await runWith(stack, dirname(resolve(options.import)), ['import', `${mounted}/${basename(options.import)}`]);
  }
}
