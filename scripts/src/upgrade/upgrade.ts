import { backUpAnew } from '../backup/after.ts';
import { runBeside } from '../backup/beside.ts';
import type { KeeperContainer } from '../backup/container.ts';
import { besideOf, endMove } from '../backup/move.ts';
import { must, ScriptError } from '../platform/run.ts';
import type { Roles } from '../roles/roles.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Compose } from '../stack/compose.ts';
import { frozen } from './thaw.ts';

type Deps = {
  compose: Compose;
  keeper: KeeperContainer;
  /** The same, whose programs end with the signal. */
  ending: KeeperContainer;
  signal: AbortSignal;
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
const up = ['up', '--detach', '--wait', '--quiet-pull', '--no-build', '--no-deps', ...services];

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

async function freeze({ compose }: Pick<Deps, 'compose'>, on: boolean): Promise<void> {
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

/** Backups go on from what serves now. Adopting it takes seconds, and is done whatever is interrupted. */
async function backUp({ keeper, ending, signal, print }: Deps): Promise<void> {
  // A place that is away keeps nobody from the others; the keeper goes on trying.
  await keeper.ask('adopt').catch((error: Error) => print(error.message));
  try {
    signal.throwIfAborted();
    await backUpAnew({ keeper: ending, print });
  } catch (cause) {
    if (!signal.aborted) throw cause;
    const left = 'interrupted: Postgres has moved and serves; what is left to do: scripts/backup --full';
    throw new ScriptError(left, { cause });
  }
}

/** To another image of the same major version: the same files, read by another program. */
export const restartWith = (deps: Deps, to: Place, from: Place): Promise<void> => move(deps, to, from);

async function fill({ compose, signal }: Deps, { BACKUP_IMAGE, POSTGRES_VOLUME }: Place): Promise<void> {
  const env = { RESTORE_VOLUME: POSTGRES_VOLUME, BACKUP_IMAGE };
  if (await runBeside({ compose, name: besideOf(POSTGRES_VOLUME), words: ['copy'], env, signal })) return;
  if (signal.aborted) throw new ScriptError('interrupted: nothing was upgraded, and everything is as before');
  throw new ScriptError('nothing was upgraded; why stands above');
}

/**
 * To another major version: copies into a volume beside the one that serves, which takes no changes meanwhile, compares
 * every table, and moves over. Redirects go on, clicks wait in the queue. What fails leaves everything as before, and so does
 * an interruption while it copies; what comes after that takes seconds and is finished. The volume is written down before
 * `make` makes it, so that whoever comes after a power cut finds it.
 */
export async function copyOver(deps: Deps, to: Place, from: Place, make: () => Promise<void>): Promise<void> {
  await deps.secrets.remember({ POSTGRES_VOLUME_COPY: to.POSTGRES_VOLUME });
  try {
    await make();
    await freeze(deps, true);
    deps.print('the database is read only; links are followed, and nothing can be written');
    await fill(deps, to);
    await move(deps, to, from);
  } catch (error) {
    await freeze(deps, false).finally(() => endMove(deps));
    throw error;
  }
  await backUp(deps).finally(() => endMove(deps));
}

/** An upgrade that was broken off, as by a power cut: whether Postgres serves from the copy now. */
export type Broken = { moved: boolean };

/** Has the Postgres that runs take changes again, and removes what nobody needs. Undefined where nothing was broken off. */
export async function endUpgrade(deps: Pick<Deps, 'compose' | 'secrets' | 'print'>): Promise<Broken | undefined> {
  const { POSTGRES_VOLUME, POSTGRES_VOLUME_COPY } = await deps.secrets.environment();
  if (!POSTGRES_VOLUME_COPY) return undefined;
  const moved = POSTGRES_VOLUME_COPY === POSTGRES_VOLUME;
  if (!moved) await freeze(deps, false);
  await endMove(deps);
  deps.print(`an upgrade was broken off here: ${moved ? 'it had moved already' : 'it is taken back'}`);
  return { moved };
}

/** Starts Postgres, and ends an upgrade that was broken off; one that had moved lacks no more than its backup, and gets that. */
export async function resumeUpgrade(deps: Deps, undo: boolean): Promise<Broken | undefined> {
  const { POSTGRES_VOLUME, POSTGRES_VOLUME_COPY } = await deps.secrets.environment();
  // Who goes back may do so because it does not start there.
  if (!POSTGRES_VOLUME_COPY || (undo && POSTGRES_VOLUME_COPY === POSTGRES_VOLUME)) return undefined;
  await must(deps.compose.run(up), 'starting Postgres');
  const broken = await endUpgrade(deps);
  if (broken?.moved) await backUp(deps);
  return broken;
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
  await backUp(deps).finally(() => endMove(deps));
}
