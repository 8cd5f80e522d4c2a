import { parseArgs } from 'node:util';
import { must, ScriptError } from '../platform/run.ts';
import { asOnlyOne } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';

const usage = `usage: scripts/down [--volumes]

Removes every container. Data stay, unless --volumes is given: then they are gone.`;

function wantsVolumes(argv: readonly string[]): boolean {
  try {
    return parseArgs({ args: [...argv], options: { volumes: { type: 'boolean', default: false } } }).values.volumes;
  } catch {
    throw new ScriptError(usage);
  }
}

/** Removes every container, for a verb that holds the lock already. */
export async function downNow(context: CommandContext): Promise<number> {
  const volumes = wantsVolumes(context.argv);
  const { compose } = await openStack(context);
  // The autoscaler first, or it would replace what is being removed.
  await compose.run(['stop', 'autoscaler']);
  const args = ['--profile', '*', 'down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])];
  await must(compose.run(args), 'removing the stack');
  await compose.remove((await compose.list()).map(({ id }) => id));
  // Compose removes the volumes that its file names now: the database before a restore or an upgrade is another one.
  const left = volumes ? await compose.volumes() : [];
  if (left.length > 0) await must(compose.volume('rm', '--force', ...left), 'removing volumes');
  context.print(volumes ? 'everything is removed, the data too' : 'everything is removed, the data are kept');
  return 0;
}

/** `down`: removes every container, also those that Compose has not made; the data stay, unless `--volumes` is given. */
export const down: Command = withHelp(usage, asOnlyOne('down', downNow));
