import { ScriptError } from '../platform/run.ts';
import { waitUntil } from '../platform/wait-until.ts';

type Deps = {
  /** Replicas that run. */
  count: () => Promise<number>;
  /** Fewest that the autoscaler leaves. */
  least: number;
  signal: AbortSignal;
  print: (line: string) => void;
  /** Milliseconds between two looks, and of all of them at most. */
  every: number;
  within: number;
  now: () => number;
};

/** Waits until no more than the fewest replicas are there, so that it is seen which a load has brought. */
export async function awaitRest({ count, least, signal, print, every, within, now }: Deps): Promise<void> {
  let seen = await count();
  if (seen > least) print(`waiting until ${least} of ${seen} replicas are left`);
  const rested = await waitUntil(
    async () => {
      signal.throwIfAborted();
      seen = await count();
      return seen <= least ? true : undefined;
    },
    { every, within, now },
  );
  if (!rested) throw new ScriptError(`${seen} replicas do not become ${least}: is the autoscaler paused or pinned?`);
}
