import { must, ScriptError } from '../platform/run.ts';
import type { Roles } from '../roles/roles.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Compose } from '../stack/compose.ts';
import type { KeeperContainer } from './container.ts';

type Deps = {
  compose: Compose;
  keeper: KeeperContainer;
  secrets: Pick<SecretStore, 'environment' | 'remember'>;
  /** What was made before a renewal of passwords knows others. */
  roles: Pick<Roles, 'ensure'>;
  print: (line: string) => void;
};

const database = ['postgres', 'backup'];

const put = async ({ compose, roles }: Deps): Promise<void> => {
  const args = ['up', '--detach', '--wait', '--quiet-pull', '--no-build', '--no-deps', ...database];
  await must(compose.run(args), 'starting Postgres');
  await roles.ensure();
};

async function exchange(deps: Deps, to: string, from: string): Promise<void> {
  const { compose, secrets } = deps;
  await must(compose.run(['stop', ...database]), 'stopping Postgres');
  await secrets.remember({ POSTGRES_VOLUME: to, POSTGRES_VOLUME_BEFORE: from });
  await put(deps);
}

/**
 * Has Postgres serve from another volume, and goes back to the one before when it does not start there. Links go on from
 * the caches meanwhile.
 */
export async function swapVolume(deps: Deps, to: string, from: string): Promise<void> {
  deps.print('Postgres moves to what was restored');
  try {
    await exchange(deps, to, from);
  } catch (cause) {
    await exchange(deps, from, '');
    throw new ScriptError('Postgres does not start on what was restored: it serves what it served before', { cause });
  }
}

const reconcile = ['app', 'app/src/main.ts', 'reconcile', '--repair'];

/**
 * Makes sums what the history says. It reads all of that: minutes, in which everything serves. So it comes last, after the
 * backup, without which a restore from now on would not bring back what is written now.
 */
export async function repairSums({ compose, print }: Pick<Deps, 'compose' | 'print'>): Promise<void> {
  print('comparing the sums of clicks with their history');
  const { code } = await compose.run(['run', '--rm', '--no-deps', '--quiet-pull', '-T', ...reconcile], {}, true);
  if (code !== 0)
    throw new ScriptError(
      `it serves, but its clicks differ or could not be compared; why stands above. docker compose run --rm --no-deps ${reconcile.join(' ')} tries again`,
    );
}

/** Backups go on from what serves now; `adopt` where the repository here knows another cluster, as on a new machine. */
export async function backUpAnew({ keeper, print }: Deps, { adopt }: { adopt: boolean }): Promise<void> {
  print('a full backup of what serves now');
  try {
    if (adopt) await keeper.ask('adopt');
    await keeper.ask('backup', 'full');
  } catch (cause) {
    throw new ScriptError(
      'it serves, but not every place has a backup of it; why stands above. scripts/backup --full tries again',
      { cause },
    );
  }
}

/** Goes back to the volume before the last restore. What was written since the restore is left behind. */
export async function undoSwap(deps: Deps): Promise<void> {
  const { POSTGRES_VOLUME = '', POSTGRES_VOLUME_BEFORE = '' } = await deps.secrets.environment();
  if (!POSTGRES_VOLUME_BEFORE) throw new ScriptError('there is no restore to undo');
  const args = ['run', '--rm', '--no-deps', '-T', 'restore', 'return'];
  const { code } = await deps.compose.run(args, { RESTORE_VOLUME: POSTGRES_VOLUME_BEFORE }, true);
  if (code !== 0)
    throw new ScriptError('the database before cannot serve again; why stands above. Nothing has changed');
  await exchange(deps, POSTGRES_VOLUME_BEFORE, POSTGRES_VOLUME);
  deps.print('the database before the restore serves again');
  await backUpAnew(deps, { adopt: true });
}
