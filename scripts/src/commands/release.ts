import { ScriptError } from '../platform/run.ts';
import { buildImage, fetchImage } from '../stack/image.ts';
import { rollOut } from '../stack/release.ts';
import { asOnlyOne } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';
import { whoAsks } from './who-asks.ts';

const usage = `usage: scripts/release [--build | IMAGE@DIGEST]

Rolls to what is built from this folder, or to an image, without a failed request; goes back by itself when that is worse.
Exit code 0: it serves; 3: refused, as something else changes the stack; 4: went back, and why stands there.`;

async function releaseNow(context: CommandContext): Promise<number> {
  const [what = '--build', ...more] = context.argv;
  if (more.length > 0 || (what.startsWith('-') && what !== '--build')) throw new ScriptError(usage);
  const stack = await openStack(context);
  const { run, print } = context;
  const image = what === '--build' ? await buildImage({ run }, 'app', stack.values) : await fetchImage({ run }, what);
  return await rollOut({ ...stack, print }, image, whoAsks(context));
}

/** `release`: rolls to what is built from this folder, or to an image, without a failed request. */
export const release: Command = withHelp(usage, asOnlyOne('release', releaseNow));
