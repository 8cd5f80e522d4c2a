import type { Batch } from './click.ts';

/** Batches that no store can take now, oldest first, for at most so many clicks. */
export type Backlog = {
  /** Clicks that are kept. */
  readonly clicks: number;
  /** Keeps a batch, or answers false where it is too much. */
  keep(batch: Batch): boolean;
  /** The oldest batches, which stay until `forget`. */
  oldest(most: number): readonly Batch[];
  /** Lets go of so many of the oldest. */
  forget(count: number): void;
};

export function createBacklog(capacity: number): Backlog {
  let batches: Batch[] = [];
  let clicks = 0;
  return {
    get clicks() {
      return clicks;
    },
    keep(batch) {
      if (clicks + batch.clicks > capacity) return false;
      clicks += batch.clicks;
      batches.push(batch);
      return true;
    },
    oldest: (most) => batches.slice(0, most),
    forget(count) {
      for (const batch of batches.slice(0, count)) clicks -= batch.clicks;
      batches = batches.slice(count);
    },
  };
}
