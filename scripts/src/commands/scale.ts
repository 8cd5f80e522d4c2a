import { ScriptError } from '../platform/run.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';

/** Seconds. */
const patience = 120;

const usage = `usage: scripts/scale N|auto

N replicas, whatever the load, or as many again as the load asks for. Waits until N serve.`;

/** `scale N`: as many replicas, whatever the load. `scale auto`: the load decides again. Waits until N serve. */
export const scale: Command = withHelp(usage, async (context) => {
  const [count = ''] = context.argv;
  const { autoscaler } = await openStack(context);
  if (count === 'auto') {
    await autoscaler.ask('resume');
    context.print('the load decides');
    return 0;
  }
  if (!/^[1-9]\d{0,2}$/.test(count)) throw new ScriptError(usage);
  await autoscaler.ask('pin', count);
  if ((await autoscaler.follow('wait', count, '--within', `${patience}`)) !== 0)
    throw new ScriptError(`not ${count} replicas yet after ${patience} s: see scripts/status`);
  context.print(`${count} replicas serve, until scripts/scale auto`);
  return 0;
});
