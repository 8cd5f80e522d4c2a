import { readFile } from 'node:fs/promises';
import type { Repository } from './pgbackrest.ts';
import { placesOf } from './repository-config.ts';
import type { Source } from './restore.ts';

type Deps = {
  /** The one that serves, with the file that says its places, and what is kept from before the last renewal of the passphrase. */
  repositories: readonly { repository: Repository; config: string }[];
};

const at = ({ list, verify, restore }: Repository, place: number): Source => ({
  list: () => list(place),
  verify: () => verify(place),
  restore: (folder, target) => restore(folder, target, place),
});

/**
 * The places that one can restore from, one by one: with `--repo` pgBackRest waits for no other, which may be away. Those
 * on this machine first. `away` is storage elsewhere alone, for when what is here is damaged, or of another database.
 */
export async function createSources({ repositories }: Deps): Promise<{ all: Source[]; away: Source[] }> {
  const here: Source[] = [];
  const away: Source[] = [];
  for (const { repository, config } of repositories) {
    const places = placesOf(await readFile(config, 'utf8'));
    here.push(...places.here.map((place) => at(repository, place)));
    away.push(...places.elsewhere.map((place) => at(repository, place)));
  }
  return { all: [...here, ...away], away };
}
