import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangedCodes, ShortCode } from '../codes/short-code.ts';
import { unavailable } from '../http/problem.ts';

/** Called after the commit; when it resolves, no replica redirects by what was before. */
export type ForgetCodes = (codes: ChangedCodes) => Promise<void>;

type Deps = {
  /** Drops codes in this process. */
  forget: (code: ShortCode) => void;
  /** Deletes codes in the shared store, which tells the other replicas. Undefined: there is no store and no other. */
  remove: ((codes: readonly ShortCode[]) => Promise<void>) | undefined;
  /** Makes every shared entry worthless and announces it. */
  moveEpoch: () => Promise<number>;
  onEpoch: (epoch: number) => void;
  /** How long a replica trusts its own cache without a sign of life from the store, in milliseconds. */
  lease: number;
  /** Longest wait for a moved epoch before the change is answered with 503, in milliseconds. */
  patience: number;
  onMoved: () => void;
  signal: AbortSignal;
};

/** Between two tries to move the epoch, in milliseconds. */
const betweenTries = 200;
/** For an announcement on its way, on top of the lease. */
const margin = 20;

/**
 * Tells the shared store, else, or where all codes have changed, moves the epoch and waits until every replica has heard of that or has stopped trusting
 * its own cache. Where Postgres too is gone since the commit, it answers 503 (the change is stored, its effect is not
 * promised yet) and goes on trying for as long as the process lives; an entry that survives even that ends with its
 * time to live.
 */
export function createForgetCodes({
  forget,
  remove,
  moveEpoch,
  onEpoch,
  lease,
  patience,
  onMoved,
  signal,
}: Deps): ForgetCodes {
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;

  const move = async (): Promise<void> => {
    for (;;) {
      const epoch = await moveEpoch().catch(() => undefined);
      if (epoch !== undefined) return onEpoch(epoch);
      await sleep(betweenTries, undefined, { signal });
    }
  };
  const start = (): Promise<void> => {
    queued = undefined;
    const own = move().finally(() => {
      if (running === own) running = undefined;
    });
    running = own;
    return own;
  };
  // A move that is under way may have been made before this change was committed: it takes the next one, with all who
  // wait for that.
  const moveSoon = (): Promise<void> => {
    if (!running) return start();
    queued ??= running.then(start, start);
    return queued;
  };
  const moved = async (): Promise<void> => {
    const inTime = moveSoon().then(() => true);
    const ended = await Promise.race([inTime, sleep(patience, false, { ref: false })]);
    if (!ended) throw unavailable('The change is stored, but not every redirect follows it yet');
    onMoved();
    await sleep(lease + margin);
  };

  return async (codes) => {
    if (codes === 'all') return moved();
    if (codes.length === 0) return;
    codes.forEach(forget);
    if (!remove) return;
    const told = await remove(codes).then(
      () => true,
      () => false,
    );
    if (!told) await moved();
  };
}
