import { waitUntil } from '../platform/wait-until.ts';
import type { Compose } from '../stack/compose.ts';

type Work = {
  compose: Pick<Compose, 'run' | 'remove'>;
  /** Name of the container. */
  name: string;
  /** Of the service `restore`. */
  words: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Ends it: its container is removed. */
  signal: AbortSignal;
};

const betweenTries = 500;
const patience = 60_000;

/**
 * Runs a verb in a container on a volume beside the one that serves, shows what it says, and answers whether it went well.
 * After the signal there is no such container any more, also where it was only about to be made.
 */
export async function runBeside({ compose, name, words, env, signal }: Work): Promise<boolean> {
  if (signal.aborted) return false;
  let over = false;
  const remove = async () => {
    await compose.remove([name]).catch(() => {}); // Tried again.
    return over || undefined;
  };
  let removed: Promise<unknown> | undefined;
  const end = () => {
    removed = waitUntil(remove, { every: betweenTries, within: patience, now: Date.now });
  };
  signal.addEventListener('abort', end);
  const { code } = await compose.run(
    ['run', '--rm', '--no-deps', '-T', '--name', name, 'restore', ...words],
    env,
    true,
  );
  over = true;
  signal.removeEventListener('abort', end);
  await removed;
  return code === 0 && !signal.aborted;
}
