import { must, ScriptError } from '../platform/run.ts';
import type { Roles } from '../roles/roles.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { Compose } from '../stack/compose.ts';

export type MoveDeps = {
  compose: Compose;
  secrets: Pick<SecretStore, 'environment' | 'remember'>;
  /** What was made before a renewal of passwords knows others. */
  roles: Pick<Roles, 'ensure'>;
  print: (line: string) => void;
};

/** Postgres's way from one volume to another. An undo goes to `older`, which stays. */
export type Move = {
  to: string;
  from: string;
  /** What `--undo` goes back to until then. */
  older: string;
};

const database = ['postgres', 'backup'];
const how = ['--quiet-pull', '--no-build', '--no-deps', ...database];

/** The container in which something is done to a volume beside the one that serves. */
export const besideOf = (volume: string): string => `${volume}_beside`;

async function start({ compose, roles }: MoveDeps): Promise<void> {
  await must(compose.run(['up', '--detach', '--wait', ...how]), 'starting Postgres');
  await roles.ensure();
}

async function exchange(deps: MoveDeps, to: string, before: string): Promise<void> {
  const { compose, secrets } = deps;
  await must(compose.run(['stop', ...database]), 'stopping Postgres');
  // Before the setting: a machine that starts anew starts the container that there is. One on the old volume would take
  // changes there until somebody has the setting obeyed.
  await must(compose.run(['up', '--no-start', ...how], { POSTGRES_VOLUME: to }), 'making the container of Postgres');
  await secrets.remember({ POSTGRES_VOLUME: to, POSTGRES_VOLUME_BEFORE: before });
  await start(deps);
}

/** Writes down where Postgres is about to go, so that whoever comes after a power cut finds it. */
export const beginMove = async ({ secrets }: Pick<MoveDeps, 'secrets'>, { to, older }: Move): Promise<void> =>
  await secrets.remember({ POSTGRES_VOLUME_NEXT: to, POSTGRES_VOLUME_OLDER: older });

const inUse = ['POSTGRES_VOLUME', 'POSTGRES_VOLUME_BEFORE', 'POSTGRES_VOLUME_UPGRADED_FROM'];

/** Removes what a move, or an upgrade's copy, has left that no setting names as a database, and takes back what was written down. */
export async function endMove({ compose, secrets, print }: Omit<MoveDeps, 'roles'>): Promise<void> {
  const env = await secrets.environment();
  const { POSTGRES_VOLUME_NEXT = '', POSTGRES_VOLUME_OLDER = '', POSTGRES_VOLUME_COPY = '' } = env;
  const made = [POSTGRES_VOLUME_NEXT, POSTGRES_VOLUME_COPY].filter((volume) => volume !== '');
  if (made.length === 0) return;
  // One whose verb was killed goes on.
  await compose.remove(made.map(besideOf)).catch(() => {});
  const kept = new Set(['', ...inUse.map((name) => env[name])]);
  for (const volume of [...made, POSTGRES_VOLUME_OLDER]) {
    if (kept.has(volume)) continue;
    const { code, stderr } = await compose.volume('rm', '--force', volume);
    if (code !== 0) print(`${volume} could not be removed: ${stderr.trim()}. docker volume rm ${volume}`);
  }
  await secrets.remember({ POSTGRES_VOLUME_NEXT: '', POSTGRES_VOLUME_OLDER: '', POSTGRES_VOLUME_COPY: '' });
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function goBack(deps: MoveDeps, { from, older }: Omit<Move, 'to'>): Promise<void> {
  try {
    await exchange(deps, from, older);
  } catch (cause) {
    const remedy = 'scripts/up tries again, once this is mended; no volume is lost';
    throw new ScriptError(`Postgres does not start on what it served before either. ${remedy}:\n${why(cause)}`, {
      cause,
    });
  }
}

/**
 * Has Postgres serve from another volume, and goes back to the one before when it does not start there. Links go on from
 * the caches meanwhile. Of a move that was written down, nothing is left that nobody needs.
 */
export async function move(deps: MoveDeps, wanted: Move): Promise<void> {
  deps.print('Postgres moves, which takes seconds and is not interrupted');
  try {
    await exchange(deps, wanted.to, wanted.from);
  } catch (cause) {
    await goBack(deps, wanted);
    await endMove(deps);
    throw new ScriptError(`Postgres does not start there, and serves what it served before:\n${why(cause)}`, { cause });
  }
  await endMove(deps);
}

/** A move that was broken off: which way it went, and whether Postgres serves from there now. */
export type Resumed = { undo: boolean; moved: boolean };

/** Starts Postgres where `.env` says, or where it was before the move; answers whether that is where the move went. */
async function startAgain(deps: MoveDeps, decided: boolean, before: Omit<Move, 'to'>): Promise<boolean> {
  try {
    await start(deps);
    return decided;
  } catch (error) {
    // That may be why somebody restores: it keeps nobody from it.
    deps.print(`Postgres does not start: ${why(error)}`);
    if (decided) await goBack(deps, before).catch((worse: Error) => deps.print(worse.message));
    return false;
  }
}

/**
 * Ends a move that was broken off, as by a power cut: has Postgres serve again, and removes what nobody needs. Undefined
 * where there is none.
 */
export async function resumeMove(deps: MoveDeps): Promise<Resumed | undefined> {
  const env = await deps.secrets.environment();
  const { POSTGRES_VOLUME_NEXT: to = '', POSTGRES_VOLUME_OLDER: older = '' } = env;
  if (!to) return undefined;
  deps.print('a restore was broken off here: bringing Postgres back');
  const before = { from: env['POSTGRES_VOLUME_BEFORE'] ?? '', older };
  const moved = await startAgain(deps, to === env['POSTGRES_VOLUME'], before);
  await endMove(deps);
  deps.print(moved ? 'it had moved already, and is over' : 'it has moved nothing, and is taken back');
  return { undo: to === older, moved };
}

/** Starts Postgres; where it does not, after a move that was broken off, the error says how one gets back. */
export async function orUndo({ secrets }: Pick<MoveDeps, 'secrets'>, begin: () => Promise<void>): Promise<void> {
  try {
    await begin();
  } catch (cause) {
    const { POSTGRES_VOLUME, POSTGRES_VOLUME_NEXT, POSTGRES_VOLUME_COPY } = await secrets.environment();
    if (!POSTGRES_VOLUME || ![POSTGRES_VOLUME_NEXT, POSTGRES_VOLUME_COPY].includes(POSTGRES_VOLUME)) throw cause;
    const verb = POSTGRES_VOLUME === POSTGRES_VOLUME_NEXT ? 'restore' : 'upgrade-postgres';
    const remedy = `a move was broken off here: scripts/${verb} --undo has Postgres serve what it served before`;
    throw new ScriptError(`${why(cause)}\n${remedy}`, { cause });
  }
}
