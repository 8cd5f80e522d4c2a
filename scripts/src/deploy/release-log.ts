import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const entry = z.object({
  number: z.number(),
  /** RFC 3339. */
  at: z.string(),
  commit: z.string(),
  images: z.record(z.string(), z.string()),
  by: z.string(),
  seconds: z.number(),
  outcome: z.enum(['serves', 'failed']),
  /** Why it failed, or that it was a rollback. */
  note: z.string(),
});

/** One deployment that ended. */
export type LoggedRelease = z.output<typeof entry>;

export type ReleaseLog = {
  read(): Promise<LoggedRelease[]>;
  add(release: Omit<LoggedRelease, 'number'>): Promise<LoggedRelease>;
};

/** A line a deployment. */
export function parseReleases(text: string): LoggedRelease[] {
  // A power cut may have left half a line at the end.
  const lines = text.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
  return lines.map((line) => entry.parse(JSON.parse(line)));
}

/** Every deployment that ended, oldest first. */
export function createReleaseLog({ folder }: { folder: string }): ReleaseLog {
  const path = join(folder, 'releases.jsonl');
  const read = async () => parseReleases(await readFile(path, 'utf8').catch(() => ''));
  return {
    read,
    async add(release) {
      const number = ((await read()).at(-1)?.number ?? 0) + 1;
      const added = { number, ...release };
      await appendFile(path, `${JSON.stringify(added)}\n`, { flush: true });
      return added;
    },
  };
}

/** What a rollback goes to: the release with this number, or the last good one before the one that serves. */
export function findRollback(log: readonly LoggedRelease[], number: number | undefined): LoggedRelease | undefined {
  const good = log.filter(({ outcome }) => outcome === 'serves');
  if (number !== undefined) return good.find((release) => release.number === number);
  const present = good.at(-1);
  const before = good.filter(
    ({ commit, images }) => commit !== present?.commit || images['APP_IMAGE'] !== present.images['APP_IMAGE'],
  );
  return before.at(-1);
}
