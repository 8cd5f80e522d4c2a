import { ScriptError } from '../platform/run.ts';
import type { Compose } from '../stack/compose.ts';
import type { KeeperContainer } from './container.ts';

type Deps = { compose: Compose; keeper: KeeperContainer; print: (line: string) => void };

const reconcile = ['app', 'app/src/main.ts', 'reconcile', '--repair'];
const repairing = `docker compose run --rm --no-deps ${reconcile.join(' ')}`;

/** What is left to do where it could not be done after a move. */
export const leftToDo = `scripts/backup --full, and ${repairing}`;

/**
 * Makes sums what the history says. It reads all of that: minutes, in which everything serves. So it comes last, after the
 * backup, without which a restore from now on would not bring back what is written now.
 */
export async function repairSums({ compose, print }: Pick<Deps, 'compose' | 'print'>): Promise<void> {
  print('comparing the sums of clicks with their history');
  const { code } = await compose.run(['run', '--rm', '--no-deps', '--quiet-pull', '-T', ...reconcile], {}, true);
  if (code !== 0)
    throw new ScriptError(
      `it serves, but its clicks differ or could not be compared; why stands above. ${repairing} tries again`,
    );
}

/** Has this machine's backups take what serves now for their own, also where they know another cluster, as on a new machine. */
export async function adopt({ keeper }: Pick<Deps, 'keeper'>): Promise<void> {
  await keeper.ask('adopt').catch(notBackedUp);
}

/** Backups go on from what serves now. */
export async function backUpAnew({ keeper, print }: Pick<Deps, 'keeper' | 'print'>): Promise<void> {
  print('a full backup of what serves now');
  await keeper.ask('backup', 'full').catch(notBackedUp);
}

function notBackedUp(cause: unknown): never {
  throw new ScriptError(
    'it serves, but not every place has a backup of it; why stands above. scripts/backup --full tries again',
    { cause },
  );
}
