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
  // Fields of their own and no further outcomes: a release before, to which a server may go back, reads this too.
  /** Of a rollback: the release that it went to. */
  backTo: z.number().optional(),
  /** Nothing was deployed: this release serves, and nobody reaches it. */
  bad: z.boolean().optional(),
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

const same = (a: LoggedRelease, b: LoggedRelease): boolean =>
  a.commit === b.commit && a.images['APP_IMAGE'] === b.images['APP_IMAGE'];

const isGood = ({ outcome }: LoggedRelease): boolean => outcome === 'serves';

/** Whether a deployment, which is known by its commit and by when it began, has ended well. */
export const hasServed = (log: readonly LoggedRelease[], { commit, at }: Pick<LoggedRelease, 'commit' | 'at'>) =>
  log.some((release) => isGood(release) && release.commit === commit && release.at === at);

/** What serves. */
export const findPresent = (log: readonly LoggedRelease[]): LoggedRelease | undefined => log.findLast(isGood);

/** Releases that followed each other, the last one serves; what a rollback has left is no longer among them. */
export function chainOf(log: readonly LoggedRelease[]): LoggedRelease[] {
  const chain: LoggedRelease[] = [];
  for (const release of log.filter(isGood)) {
    const at = chain.findLastIndex((one) => same(one, release));
    const again = at >= 0 && (release.backTo !== undefined || at === chain.length - 1);
    // The line of the rollback takes the place of the one that it went to.
    if (again) chain.splice(at);
    chain.push(release);
  }
  return chain;
}

/**
 * What a rollback goes to: the release with this number, or the one before that which serves, passing over those that
 * nobody reached.
 */
export function findRollback(log: readonly LoggedRelease[], number: number | undefined): LoggedRelease | undefined {
  if (number !== undefined) return log.find((release) => isGood(release) && release.number === number);
  const chain = chainOf(log);
  const present = chain.at(-1);
  const isBad = (release: LoggedRelease) =>
    log.some((mark) => mark.bad && mark.number > release.number && same(mark, release));
  return chain.findLast((release) => present && !same(release, present) && !isBad(release));
}
