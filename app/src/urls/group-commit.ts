/** What became of one item of a group. */
export type Outcome<R> = { kind: 'done'; value: R } | { kind: 'failed'; error: unknown };

type Deps<I, R> = {
  /** Commits the items together and answers an outcome each, in order; durable when it resolves. */
  commit: (items: readonly I[]) => Promise<Outcome<R>[]>;
  /** Most items of one commit. */
  largest: number;
  /** Most items that wait; more are refused. */
  waiting: number;
  /** The error for what is refused. */
  full: () => Error;
};

type Waiting<I, R> = { item: I; resolve: (value: R) => void; reject: (error: unknown) => void };

/**
 * Group commit: whatever is added while a commit is in flight goes into the next one, so that under load many items
 * share a commit's round trips and its fsync, and an idle service commits each at once. One commit is in flight.
 */
export function createGroupCommit<I, R>({ commit, largest, waiting, full }: Deps<I, R>): (item: I) => Promise<R> {
  const queue: Waiting<I, R>[] = [];
  let running = false;
  const settle = (group: readonly Waiting<I, R>[], outcomes: readonly Outcome<R>[]): void => {
    group.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index];
      if (outcome?.kind === 'done') resolve(outcome.value);
      else reject(outcome?.error ?? new Error('a commit answered fewer outcomes than it got items'));
    });
  };
  const run = async (): Promise<void> => {
    running = true;
    // Requests of the same turn of the event loop are still on their way here.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const group = queue.splice(0, largest);
      const failed = (error: unknown): Outcome<R>[] => group.map(() => ({ kind: 'failed', error }));
      settle(group, await commit(group.map(({ item }) => item)).catch(failed));
    }
    running = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      if (queue.length >= waiting) return reject(full());
      queue.push({ item, resolve, reject });
      if (!running) void run();
    });
}
