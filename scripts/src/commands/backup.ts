import { parseArgs } from 'node:util';
import type { Backup } from '../backup/backup.ts';
import { createKeeperContainer } from '../backup/container.ts';
import { ScriptError } from '../platform/run.ts';
import { forgotten, isRenewing } from '../secrets/backup-choices.ts';
import { alone } from './alone.ts';
import type { Command, CommandContext } from './command.ts';
import { withHelp } from './help.ts';
import { openStack } from './open-stack.ts';

const usage = `usage: scripts/backup [--full | --list | --forget]

Makes a backup now: of what has changed since the last full one, or a full one. The container \`backup\` makes them by
itself when they are due; --list shows what there is. --forget removes those from before the last renewal of the
passphrase, which go by themselves once as many are made anew as are kept.`;

const size = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
const when = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 19);

const line = ({ label, kind, stop, start, stored, size: whole, damaged, before }: Backup): string =>
  `${label.padEnd(33)} ${kind.padEnd(4)} ${when(stop)}Z  ${stop - start} s  ${size(stored)} of ${size(whole)}${damaged ? '  DAMAGED' : ''}${before ? '  before the last renewal of the passphrase' : ''}`;

function parse(argv: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const options = { full: flag, list: flag, forget: flag };
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch {
    throw new ScriptError(usage);
  }
}

async function forget(context: CommandContext): Promise<void> {
  const { compose, secrets } = await openStack(context);
  if (isRenewing(await secrets.environment())) throw new ScriptError('scripts/rotate-secret was not finished');
  await createKeeperContainer({ compose }).ask('forget');
  await secrets.remember(forgotten);
  await secrets.ensure();
}

/** `backup`: makes one now, or shows those that there are. */
export const backup: Command = withHelp(usage, async (context) => {
  const { full, list, forget: forgets } = parse(context.argv);
  const keeper = createKeeperContainer(await openStack(context));
  if (forgets) await alone(context, 'backup', () => forget(context));
  else if (!list) await keeper.ask('backup', full ? 'full' : 'diff');
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
