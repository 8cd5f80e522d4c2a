import type { Status } from '../stack/autoscaler.ts';
import type { Listed } from '../stack/compose.ts';
import { drawStatus } from '../stack/status-screen.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';

const usage = `usage: scripts/status

One screen: the release, its replicas, the last decisions, every service. Exit code 1 while nothing runs.`;

/** `status`: one screen of what runs, and why as many. Exit code 1 while the stack does not run. */
export const status: Command = withHelp(usage, async (context) => {
  const { compose, autoscaler } = await openStack(context);
  const containers: Listed[] = await compose.list();
  const seen: Status | undefined = containers.length > 0 ? await autoscaler.status() : undefined;
  for (const line of drawStatus(containers, seen)) context.print(line);
  return containers.some(({ state }) => state === 'running') ? 0 : 1;
});
