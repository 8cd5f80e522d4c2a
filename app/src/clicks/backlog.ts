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

/** Clicks that a batch counts for at least: where few come, each is a batch of its own, and those take memory, too. */
export const leastRoom = 2;

const roomOf = ({ clicks }: Batch): number => Math.max(leastRoom, clicks);

export function createBacklog(capacity: number): Backlog {
  let batches: Batch[] = [];
  let clicks = 0;
  let room = 0;
  return {
    get clicks() {
      return clicks;
    },
    keep(batch) {
      if (room + roomOf(batch) > capacity) return false;
      room += roomOf(batch);
      clicks += batch.clicks;
      batches.push(batch);
      return true;
    },
    oldest: (most) => batches.slice(0, most),
    forget(count) {
      for (const batch of batches.slice(0, count)) {
        clicks -= batch.clicks;
        room -= roomOf(batch);
      }
      batches = batches.slice(count);
    },
  };
}
