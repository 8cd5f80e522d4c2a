import { AsyncResource } from 'node:async_hooks';

/** What became of one item of a group. */
export type Outcome<R> = { kind: 'done'; value: R } | { kind: 'failed'; error: unknown };

type Deps<I, R> = {
  /** Commits the items together and answers an outcome each, in order; durable when it resolves. */
  commit: (items: readonly I[]) => Promise<Outcome<R>[]>;
  /** Most items of one commit. */
  largest: number;
  /** Milliseconds for which a group with fewer than `company` items waits for more, now. */
  patience: () => number;
  company: number;
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
export function createGroupCommit<I, R>(deps: Deps<I, R>): (item: I) => Promise<R> {
  const { commit, largest, patience, company, waiting, full } = deps;
  const queue: Waiting<I, R>[] = [];
  let running = false;
  let enough = (): void => {};
  const settle = (group: readonly Waiting<I, R>[], outcomes: readonly Outcome<R>[]): void => {
    group.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index];
      if (outcome?.kind === 'done') resolve(outcome.value);
      else reject(outcome?.error ?? new Error('a commit answered fewer outcomes than it got items'));
    });
  };
  const gather = (): Promise<void> =>
    new Promise((resolve) => {
      const longest = queue.length < company ? patience() : 0;
      // At least until requests of the same turn of the event loop are here.
      if (longest <= 0) return void setImmediate(resolve);
      const timer = setTimeout(resolve, longest);
      enough = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    running = true;
    await gather();
    const group = queue.splice(0, largest);
    const failed = (error: unknown): Outcome<R>[] => group.map(() => ({ kind: 'failed', error }));
    settle(group, await commit(group.map(({ item }) => item)).catch(failed));
    running = queue.length > 0;
    if (running) void runNext();
  };
  // Nobody's: else each commit would be part of the trace of the request that began the first of them.
  const runNext = AsyncResource.bind(run);
  return (item) =>
    new Promise((resolve, reject) => {
      if (queue.length >= waiting) return reject(full());
      queue.push({ item, resolve, reject });
      if (!running) void run();
      else if (queue.length === company) enough();
    });
}
