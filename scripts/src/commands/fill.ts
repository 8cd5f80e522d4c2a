import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { must, ScriptError } from '../platform/run.ts';
import type { CommandContext } from './command.ts';
import type { Stack } from './open-stack.ts';
import type { UpOptions } from './up-options.ts';

const mounted = '/fill';

/** Whoever owns it, for a file may be closed to everybody else: an export holds hashes of keys. */
async function ownerOf(path: string): Promise<string> {
  const found = await stat(path).catch((cause: Error) => {
    throw new ScriptError(`cannot read ${path}: ${cause.message}`, { cause });
  });
  return `${found.uid}:${found.gid}`;
}

/** Runs a verb of the app beside the replicas, with a folder of this machine to read from. */
async function runWith({ compose }: Stack, path: string, folder: string, words: readonly string[]): Promise<void> {
  const volume = ['--volume', `${resolve(folder)}:${mounted}:ro`, '--user', await ownerOf(path)];
  const args = ['run', '--rm', '--no-deps', '--quiet-pull', ...volume, 'app', 'app/src/main.ts', ...words];
  await must(compose.run(args, {}, true), words.join(' '));
}

/** Reads in what was asked for: a folder with the seed's CSV files, or what another installation exported. */
export async function fillDatabase({ print }: CommandContext, stack: Stack, options: UpOptions): Promise<void> {
  const { seed, import: file } = options;
  if (seed !== undefined) {
    print(`seeding from ${seed}`);
    await runWith(stack, seed, seed, ['seed', mounted]);
  }
  if (file !== undefined) {
    print(`importing ${file}`);
    await runWith(stack, file, dirname(resolve(file)), ['import', `${mounted}/${basename(file)}`]);
  }
}
