import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findUnfinished, readUnfinished } from '../doctor/unfinished.ts';
import { untilInterrupted } from '../platform/interrupt.ts';
import { ScriptError } from '../platform/run.ts';
import type { Status } from '../stack/autoscaler.ts';
import type { Listed } from '../stack/compose.ts';
import { readFirstRow } from '../stack/first-row.ts';
import { drawStatus } from '../stack/status-screen.ts';
import { type Screen, watch } from '../stack/watch.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { openStack, type Stack } from './open-stack.ts';

const usage = `usage: scripts/status [--watch]

One screen: with monitoring, what the first row of its first board says; the release, its replicas, the last decisions, every
service, and a deployment that has not ended. Exit code 1 while nothing runs. --watch draws it again every two seconds until Ctrl-C.`;

type Here = Pick<CommandContext, 'run' | 'root' | 'print'>;

const period = 2_000;
const silent = 'monitoring Prometheus does not answer';

async function look({ autoscaler, compose, values }: Stack, { run, root }: Here): Promise<Screen> {
  const containers: Listed[] = await compose.list();
  const seen: Status | undefined = containers.length > 0 ? await autoscaler.status() : undefined;
  const watched = containers.some(({ service, state }) => service === 'prometheus' && state === 'running');
  const row = watched ? ((await readFirstRow(values['PROMETHEUS_PORT'] ?? '')) ?? [silent]) : [];
  const unfinished = findUnfinished(await readUnfinished({ run, root })).map(
    ({ what, remedy }) => `${what}: ${remedy}`,
  );
  return {
    lines: [...row, ...drawStatus(containers, seen), ...unfinished],
    runs: containers.some(({ state }) => state === 'running'),
  };
}

async function watchStack(stack: Stack, here: Here): Promise<number> {
  using interrupt = untilInterrupted();
  const { signal } = interrupt;
  const rest = () => sleep(period, undefined, { signal }).catch(() => {});
  return (await watch({ look: () => look(stack, here), print: here.print, now: Date.now, rest, signal })) ? 0 : 1;
}

function wantsWatch(argv: readonly string[]): boolean {
  try {
    const options = { watch: { type: 'boolean', default: false } } as const;
    return parseArgs({ args: [...argv], options, strict: true }).values.watch;
  } catch {
    throw new ScriptError(usage);
  }
}

/** `status`: one screen of what runs, and why as many. Exit code 1 while the stack does not run. */
export const status: Command = withHelp(usage, async (context) => {
  const again = wantsWatch(context.argv);
  const stack = await openStack(context);
  if (again) return await watchStack(stack, context);
  const { lines, runs } = await look(stack, context);
  for (const line of lines) context.print(line);
  return runs ? 0 : 1;
});
