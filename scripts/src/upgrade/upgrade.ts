import type { KeeperContainer } from '../backup/container.ts';
import { must, ScriptError } from '../platform/run.ts';
import type { Roles } from '../roles/roles.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Compose } from '../stack/compose.ts';
import { frozen } from './thaw.ts';

type Deps = {
  compose: Compose;
  keeper: KeeperContainer;
  secrets: Pick<SecretStore, 'environment' | 'remember'>;
  /** What was made before a renewal of passwords knows others. */
  roles: Pick<Roles, 'ensure'>;
  print: (line: string) => void;
};

/** What a Postgres is made of: the settings that name its images and its volume. */
export type Place = { DATABASE_IMAGE: string; BACKUP_IMAGE: string; POSTGRES_IMAGE: string; POSTGRES_VOLUME: string };

const names = ['DATABASE_IMAGE', 'BACKUP_IMAGE', 'POSTGRES_IMAGE', 'POSTGRES_VOLUME'] as const;
const suffix = '_UPGRADED_FROM';
const services = ['postgres', 'backup'];

const remembered = (from: Place): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`${name}${suffix}`, from[name]]));

/** The place before the last upgrade, if `.env` knows one. */
export function placeBefore(env: Readonly<Record<string, string>>): Place {
  const [DATABASE_IMAGE = '', BACKUP_IMAGE = '', POSTGRES_IMAGE = '', POSTGRES_VOLUME = ''] = names.map(
    (name) => env[`${name}${suffix}`],
  );
  if (!DATABASE_IMAGE) throw new ScriptError('there is no upgrade to undo');
  return { DATABASE_IMAGE, BACKUP_IMAGE, POSTGRES_IMAGE, POSTGRES_VOLUME };
}

async function freeze({ compose }: Deps, on: boolean): Promise<void> {
  for (const statement of frozen(on)) {
    const psql = ['psql', '-XAtqU', 'shortstack', '-d', 'shortstack', '-c', statement];
    await must(
      compose.run(['exec', '-T', 'postgres', ...psql]),
      `setting the database ${on ? 'to read only' : 'free'}`,
    );
  }
}

async function start({ compose, secrets, roles }: Deps, place: Place, from: Record<string, string>): Promise<void> {
  await must(compose.run(['stop', ...services]), 'stopping Postgres');
  await secrets.remember({ ...place, ...from });
  const up = ['up', '--detach', '--wait', '--quiet-pull', '--no-build', '--no-deps', ...services];
  await must(compose.run(up), 'starting Postgres');
  await roles.ensure();
}

/** Has Postgres serve from another place; when it does not start there, from the one before, and `--undo` knows what it knew. */
async function move(deps: Deps, to: Place, from: Place): Promise<void> {
  deps.print('Postgres moves');
  const env = await deps.secrets.environment();
  const known = Object.fromEntries(names.map((name) => [`${name}${suffix}`, env[`${name}${suffix}`] ?? '']));
  try {
    await start(deps, to, remembered(from));
  } catch (cause) {
    await start(deps, from, known);
    throw new ScriptError('Postgres does not start there: it serves what it served before', { cause });
  }
}

async function backUp({ keeper, print }: Deps): Promise<void> {
  print('a full backup of what serves now');
  await keeper.ask('adopt');
  await keeper.ask('backup', 'full');
}

/** To another image of the same major version: the same files, read by another program. */
export const restartWith = (deps: Deps, to: Place, from: Place): Promise<void> => move(deps, to, from);

async function fill(
  { compose }: Deps,
  { BACKUP_IMAGE, POSTGRES_VOLUME }: Place,
  interrupted: AbortSignal,
): Promise<void> {
  const container = `${POSTGRES_VOLUME}_copy`;
  const end = () => void compose.remove([container]).catch(() => {});
  interrupted.addEventListener('abort', end);
  const copy = ['run', '--rm', '--no-deps', '-T', '--name', container, 'restore', 'copy'];
  const { code } = await compose.run(copy, { RESTORE_VOLUME: POSTGRES_VOLUME, BACKUP_IMAGE }, true);
  interrupted.removeEventListener('abort', end);
  if (interrupted.aborted) throw new ScriptError('interrupted: nothing was upgraded, and everything is as before');
  if (code !== 0) throw new ScriptError('nothing was upgraded; why stands above');
}

/**
 * To another major version: copies into a new volume beside the one that serves, which takes no changes meanwhile, compares
 * every table, and moves over. Redirects go on, clicks wait in the queue. What fails leaves everything as before, and so does
 * an interruption while it copies; what comes after that takes seconds and is finished.
 */
export async function copyOver(deps: Deps, to: Place, from: Place, interrupted: AbortSignal): Promise<void> {
  try {
    await freeze(deps, true);
    deps.print('the database is read only; links are followed, and nothing can be written');
    await fill(deps, to, interrupted);
    await move(deps, to, from);
  } catch (error) {
    await freeze(deps, false);
    throw error;
  }
  await backUp(deps);
}

/** Back to the place before the last upgrade. What was written since is left behind, in the other volume. */
export async function undoUpgrade(deps: Deps, present: Place): Promise<void> {
  const to = placeBefore(await deps.secrets.environment());
  if (to.POSTGRES_VOLUME === present.POSTGRES_VOLUME) return await restartWith(deps, to, present);
  const thaw = ['run', '--rm', '--no-deps', '-T', 'restore', 'thaw'];
  const settings = { RESTORE_VOLUME: to.POSTGRES_VOLUME, BACKUP_IMAGE: to.BACKUP_IMAGE };
  const { code } = await deps.compose.run(thaw, settings, true);
  if (code !== 0)
    throw new ScriptError('the database before cannot serve again; why stands above. Nothing has changed');
  await move(deps, to, present);
  await backUp(deps);
}
