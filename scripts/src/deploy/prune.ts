import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pruneOthers } from './prune-others.ts';
import { chainOf, type LoggedRelease } from './release-log.ts';
import type { Server } from './server.ts';

/** Good releases whose images and files stay, for rollbacks. */
const kept = 5;
/** Milliseconds for which files stay that have come and serve nothing yet: somebody may be about to deploy them. */
const fresh = 86_400_000;

// Each rollback is a line more, and takes none of the way that is left to go back.
const neededOf = (log: readonly LoggedRelease[]): LoggedRelease[] => [
  ...log.filter(({ outcome }) => outcome === 'serves').slice(-kept),
  ...chainOf(log).slice(-kept),
];

/** Names of this project's images that neither a release needs which can still be gone back to, nor a setting. */
export function unneeded(
  here: readonly string[],
  log: readonly LoggedRelease[],
  settings: Readonly<Record<string, string>>,
): string[] {
  // An upgrade of Postgres can be undone for as long as `.env` names the images before.
  const needed = new Set([...neededOf(log).flatMap(({ images }) => Object.values(images)), ...Object.values(settings)]);
  return here.filter((name) => /^shortstack\/[a-z-]+:[0-9a-f]{12}$/.test(name) && !needed.has(name));
}

type Deps = Pick<Server, 'run' | 'compose' | 'root' | 'state' | 'settings' | 'print'>;

/** Removes images that nothing needs, ours and those of others: a server would fill up. What a container uses stays. */
export async function pruneImages(server: Deps, log: readonly LoggedRelease[]): Promise<void> {
  const { run, state } = server;
  const settings = await server.settings();
  const { stdout } = await run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  for (const name of unneeded(stdout.split('\n'), log, settings)) await run('docker', ['image', 'rm', name]);
  const releases = new Set(neededOf(log).map(({ commit }) => commit));
  await pruneOthers({ ...server, trees: join(state, 'trees'), releases, settings });
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
