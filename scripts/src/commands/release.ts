import { ScriptError } from '../platform/run.ts';
import { buildImage, fetchImage } from '../stack/image.ts';
import { rollBack, rollOut } from '../stack/release.ts';
import type { Command, CommandContext } from './command.ts';
import { openStack } from './open-stack.ts';

const usage = 'usage: scripts/release [--build | IMAGE@DIGEST]';

const whoAsks = ({ env }: CommandContext): string => env['SUDO_USER'] ?? env['USER'] ?? 'somebody';

/** `release`: rolls to what is built from this folder, or to an image, without a failed request. */
export const release: Command = async (context) => {
  const [what = '--build', ...more] = context.argv;
  if (more.length > 0 || (what.startsWith('-') && what !== '--build')) throw new ScriptError(usage);
  const stack = await openStack(context);
  const { run, print } = context;
  const image = what === '--build' ? await buildImage({ run }, 'app', stack.values) : await fetchImage({ run }, what);
  return await rollOut({ ...stack, print }, image, whoAsks(context));
};

/** `rollback`: goes back to the release that served before. */
export const rollback: Command = async (context) => {
  if (context.argv.length > 0) throw new ScriptError('usage: scripts/rollback');
  const stack = await openStack(context);
  return await rollBack({ ...stack, print: context.print }, whoAsks(context));
};
