import { readFile } from 'node:fs/promises';
import type { Run } from '../platform/run.ts';
import type { Backup } from './backup.ts';
import { createRepository, type Repository } from './pgbackrest.ts';

type Deps = { run: Run; config: string; later: string };

/** The repository from before the last renewal of the passphrase; undefined where its file says that there is none. */
export async function openBefore({ run, config, later }: Deps): Promise<Repository | undefined> {
  const text = await readFile(config, 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : createRepository({ run, config, later });
}

/** Whether every place has so many full backups of its own that nobody needs those from before. */
export const isOutlived = (places: readonly number[], backups: readonly Backup[], keep: number): boolean =>
  places.every(
    (place) =>
      backups.filter(({ damaged, kind, repository }) => !damaged && kind === 'full' && repository === place).length >=
      keep,
  );
