import { ScriptError } from '../platform/run.ts';
import type { Command } from './command.ts';
import { openStack } from './open-stack.ts';

/** Seconds. */
const patience = 120;

/** `scale N`: as many replicas, whatever the load. `scale auto`: the load decides again. Waits until N serve. */
export const scale: Command = async (context) => {
  const [count = ''] = context.argv;
  const { autoscaler } = await openStack(context);
  if (count === 'auto') {
    await autoscaler.ask('resume');
    context.print('the load decides');
    return 0;
  }
  if (!/^[1-9]\d{0,2}$/.test(count)) throw new ScriptError('usage: scripts/scale N|auto');
  await autoscaler.ask('pin', count);
  if ((await autoscaler.follow('wait', count, '--within', `${patience}`)) !== 0)
    throw new ScriptError(`not ${count} replicas yet after ${patience} s: see scripts/status`);
  context.print(`${count} replicas serve, until scripts/scale auto`);
  return 0;
};
