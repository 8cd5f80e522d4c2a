import { createKeeperContainer } from '../backup/container.ts';
import { ScriptError } from '../platform/run.ts';
import { isRenewing, renewal, renewed } from '../secrets/backup-choices.ts';
import { makeSecret } from '../secrets/secret-store.ts';
import type { CommandContext } from './command.ts';
import type { Stack } from './open-stack.ts';

/**
 * Backups and WAL go to a new place as well, until that has a full backup, and then there alone; no moment is left out.
 * Those from before stay encrypted as they are, until as many are made anew as are kept.
 */
export async function renewPassphrase({ print }: CommandContext, { compose, secrets }: Stack): Promise<void> {
  const keeper = createKeeperContainer({ compose });
  const env = await secrets.environment();
  if (isRenewing(env)) print('finishing the renewal that was begun');
  else {
    const old = (await keeper.list()).filter(({ before }) => before);
    if (old.length > 0)
      throw new ScriptError(
        'backups from before the last renewal are still kept; scripts/backup --forget removes them',
      );
    await secrets.remember(renewal(env, makeSecret()));
  }
  // Also of one that was begun: it may have ended between `.env` and the files.
  await secrets.ensure();
  print('a full backup with the new passphrase');
  await keeper.ask('begin');
  await secrets.remember(renewed);
  await secrets.ensure();
  print('Copy the lines BACKUP_ of .env to where this machine is not: those from before read older backups only.');
}
