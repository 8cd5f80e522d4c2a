import { untilInterrupted } from '../platform/interrupt.ts';
import { createRun } from '../platform/run.ts';
import type { CommandContext } from './command.ts';

/** A verb's context whose programs end with its signal. */
export type Interruptible = CommandContext & { signal: AbortSignal };

/** What a shell says of a program that Ctrl-C has ended. */
const interrupted = 130;

/** What becomes of a deployment or rollback that a server has begun, when whoever asked for it leaves. */
export const goesOn =
  'the server finishes it or undoes it by itself; scripts/releases says which, some minutes from now';

/**
 * Lets Ctrl-C, TERM and HUP end what a verb has begun here. It ends when everything is removed that it made for itself,
 * with `left`'s answer for its last line: what became of what was asked, and what to do now.
 */
export async function interruptible(
  context: CommandContext,
  use: (context: Interruptible) => Promise<number>,
  left: () => string,
): Promise<number> {
  using interrupt = untilInterrupted();
  const { signal } = interrupt;
  const { root, env } = context;
  try {
    const code = await use({ ...context, run: createRun({ cwd: root, env, signal }), signal });
    if (!signal.aborted || code === 0) return code;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  context.print(`interrupted: ${left()}`);
  return interrupted;
}
