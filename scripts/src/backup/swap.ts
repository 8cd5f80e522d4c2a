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

const app = async ({ compose }: Deps, ...words: readonly string[]): Promise<void> =>
  void (await must(
    compose.run(['run', '--rm', '--no-deps', '--quiet-pull', '-T', ...words], {}, true),
    words.join(' '),
  ));

async function exchange(deps: Deps, to: string, from: string): Promise<void> {
  const { compose, secrets } = deps;
  await must(compose.run(['stop', ...database]), 'stopping Postgres');
  await secrets.remember({ POSTGRES_VOLUME: to, POSTGRES_VOLUME_BEFORE: from });
  await put(deps);
}

/**
 * Has Postgres serve from another volume, and goes back to the one before when it does not start there. Links go on from
 * the caches meanwhile. What the queue holds is counted then, and sums are made what the history says.
 */
export async function swapVolume(deps: Deps, to: string, from: string): Promise<void> {
  const { keeper, print } = deps;
  print('Postgres moves to what was restored');
  try {
    await exchange(deps, to, from);
  } catch (cause) {
    await exchange(deps, from, '');
    throw new ScriptError('Postgres does not start on what was restored: it serves what it served before', { cause });
  }
  await app(deps, 'app', 'app/src/main.ts', 'reconcile', '--repair');
  print('a full backup of what serves now');
  await keeper.ask('backup', 'full');
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
  await deps.keeper.ask('backup', 'full');
}
