import { lockStack } from '../stack/lock.ts';
import type { Command, CommandContext } from './command.ts';
import { whoAsks } from './who-asks.ts';

/** Does what changes the stack of this folder, when nobody else does; throws who does. */
export async function alone<T>(context: CommandContext, verb: string, work: () => Promise<T>): Promise<T> {
  const what = [`scripts/${verb}`, ...context.argv].join(' ');
  await using _lock = await lockStack({ root: context.root, now: Date.now }, { what, by: whoAsks(context) });
  return await work();
}

/** A verb that nobody else changes the stack beside. */
export const asOnlyOne =
  (verb: string, command: Command): Command =>
  (context) =>
    alone(context, verb, () => command(context));
