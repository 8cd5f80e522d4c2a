import { parseArgs } from 'node:util';
import type { Backup } from '../backup/backup.ts';
import { createKeeperContainer } from '../backup/container.ts';
import { ScriptError } from '../platform/run.ts';
import type { Command } from './command.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';

const usage = `usage: scripts/backup [--full | --list]

Makes a backup now: of what has changed since the last full one, or a full one. The container \`backup\` makes them by
itself when they are due; --list shows what there is.`;

const size = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
const when = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 19);

const line = ({ label, kind, stop, start, stored, size: whole, damaged }: Backup): string =>
  `${label.padEnd(33)} ${kind.padEnd(4)} ${when(stop)}Z  ${stop - start} s  ${size(stored)} of ${size(whole)}${damaged ? '  DAMAGED' : ''}`;

function parse(argv: readonly string[]) {
  const options = { full: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch {
    throw new ScriptError(usage);
  }
}

/** `backup`: makes one now, or shows those that there are. */
export const backup: Command = withHelp(usage, async (context) => {
  const { full, list } = parse(context.argv);
  const keeper = createKeeperContainer(await openStack(context));
  if (!list) await keeper.ask('backup', full ? 'full' : 'diff');
  for (const entry of await keeper.list()) context.print(line(entry));
  return 0;
});

const drillUsage = `usage: scripts/restore-drill

Restores the newest backup into a throw-away database beside the one that serves, compares the two, and follows links
through a replica of its own. The container \`backup\` does so each night.`;

/** `restore-drill`: proves the backups now. */
export const restoreDrill: Command = withHelp(drillUsage, async (context) => {
  await createKeeperContainer(await openStack(context)).ask('drill');
  context.print('the backups can be restored');
  return 0;
});
