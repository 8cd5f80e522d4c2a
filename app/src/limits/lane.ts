/** Runs work when its turn comes. */
export type Lane = <T>(work: () => Promise<T>) => Promise<T>;

type Options = {
  /** How many run at once, and how many wait. */
  atOnce: number;
  mostWaiting: number;
  /** Longest wait for a turn, in milliseconds. */
  longestWait: number;
  /** What is thrown to who waits too long, or would be one too many. */
  busy: () => Error;
};

/** So many at once and no more; the others come in the order in which they asked, or are refused when it takes too long. */
export function createLane({ atOnce, mostWaiting, longestWait, busy }: Options): Lane {
  let running = 0;
  const waiting = new Set<() => void>();
  const turn = async (): Promise<void> => {
    if (waiting.size >= mostWaiting) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.add(resolve);
    const timer = setTimeout(() => {
      waiting.delete(resolve);
      reject(busy());
    }, longestWait);
    await promise.finally(() => clearTimeout(timer));
  };
  const leave = (): void => {
    const [next] = waiting;
    if (!next) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };
  return async (work) => {
    if (running < atOnce) running += 1;
    else await turn();
    return work().finally(leave);
  };
}
