import { setTimeout as sleep } from 'node:timers/promises';
import { ScriptError } from '../platform/run.ts';
import type { Repository } from './pgbackrest.ts';

type Deps = { repository: Pick<Repository, 'create' | 'list' | 'make' | 'places'>; now: () => number };

const pause = 1_000;
const patience = 7_200_000;
/** pgBackRest's, when another of its commands is at work. */
const isLocked = (error: unknown): boolean => (error as Error).message.includes('(exit code 50)');

/** One step on the way; whether there is more to do. */
async function step({ repository }: Deps): Promise<boolean> {
  await repository.create();
  const good = (await repository.list()).filter(({ damaged }) => !damaged);
  const empty = (await repository.places()).find((place) => !good.some((backup) => backup.repository === place));
  if (empty !== undefined) await repository.make('full', empty);
  return empty !== undefined;
}

/** Has each place hold a full backup; one that is being made elsewhere meanwhile is waited for. */
export async function beginPlaces(deps: Deps): Promise<void> {
  const end = deps.now() + patience;
  for (let more = true; more; ) {
    try {
      more = await step(deps);
    } catch (error) {
      if (!isLocked(error)) throw error;
      if (deps.now() > end) throw new ScriptError('another backup does not end', { cause: error });
      await sleep(pause);
    }
  }
}
