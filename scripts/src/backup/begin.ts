import { whenUnlocked } from './lock.ts';
import type { Repository } from './pgbackrest.ts';

type Deps = { repository: Pick<Repository, 'create' | 'list' | 'make' | 'places'>; now: () => number };

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
  while (await whenUnlocked(deps.now, () => step(deps)));
}
