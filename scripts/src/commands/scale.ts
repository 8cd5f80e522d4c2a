import { ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';
import { serving } from '../stack/autoscaler.ts';
import type { Command } from './command.ts';
import { openStack } from './open-stack.ts';

const patience = 120_000;

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
  const done = await waitUntil(
    async () => {
      const status = await autoscaler.status();
      return status && serving(status).length === Number(count) && status.replicas.length === Number(count)
        ? status
        : undefined;
    },
    { every: 500, within: patience, now: Date.now },
  );
  if (!done) throw new ScriptError(`not ${count} replicas yet after ${patience / 1_000} s: see scripts/status`);
  context.print(`${count} replicas serve, until scripts/scale auto`);
  return 0;
};
