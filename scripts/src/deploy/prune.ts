import type { Run } from '../platform/run.ts';
import type { LoggedRelease } from './release-log.ts';

/** Good releases whose images stay, for rollbacks. */
const kept = 5;

/** Names of this project's images that no release needs which can still be gone back to. */
export function unneeded(here: readonly string[], log: readonly LoggedRelease[]): string[] {
  const good = log.filter(({ outcome }) => outcome === 'serves').slice(-kept);
  const needed = new Set(good.flatMap(({ images }) => Object.values(images)));
  return here.filter((name) => /^shortstack\/[a-z-]+:[0-9a-f]{12}$/.test(name) && !needed.has(name));
}

/** Removes those images: a server would fill up with releases. What a container uses stays. */
export async function pruneImages({ run }: { run: Run }, log: readonly LoggedRelease[]): Promise<void> {
  const { stdout } = await run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  for (const name of unneeded(stdout.split('\n'), log)) await run('docker', ['image', 'rm', name]);
}
