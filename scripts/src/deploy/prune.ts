import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../platform/run.ts';
import { chainOf, type LoggedRelease } from './release-log.ts';

/** Good releases whose images and files stay, for rollbacks. */
const kept = 5;
/** Milliseconds for which files stay that have come and serve nothing yet: somebody may be about to deploy them. */
const fresh = 86_400_000;

// Each rollback is a line more, and takes none of the way that is left to go back.
const neededOf = (log: readonly LoggedRelease[]): LoggedRelease[] => [
  ...log.filter(({ outcome }) => outcome === 'serves').slice(-kept),
  ...chainOf(log).slice(-kept),
];

/** Names of this project's images that no release needs which can still be gone back to. */
export function unneeded(here: readonly string[], log: readonly LoggedRelease[]): string[] {
  const needed = new Set(neededOf(log).flatMap(({ images }) => Object.values(images)));
  return here.filter((name) => /^shortstack\/[a-z-]+:[0-9a-f]{12}$/.test(name) && !needed.has(name));
}

/** Removes those images: a server would fill up with releases. What a container uses stays. */
export async function pruneImages({ run }: { run: Run }, log: readonly LoggedRelease[]): Promise<void> {
  const { stdout } = await run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  for (const name of unneeded(stdout.split('\n'), log)) await run('docker', ['image', 'rm', name]);
}

/** Removes the files of releases that cannot be gone back to any more. What is left of a tree has another name. */
export async function pruneTrees(trees: string, log: readonly LoggedRelease[], now: number): Promise<void> {
  const needed = new Set(neededOf(log).map(({ commit }) => commit));
  for (const name of await readdir(trees)) {
    const tree = join(trees, name);
    if (/^[0-9a-f]{40}$/.test(name) && !needed.has(name) && now - (await stat(tree)).mtimeMs > fresh)
      await rename(tree, `${tree}.leaving`);
  }
  const leaving = (await readdir(trees)).filter((name) => name.endsWith('.leaving'));
  for (const name of leaving) await rm(join(trees, name), { recursive: true, force: true });
}
