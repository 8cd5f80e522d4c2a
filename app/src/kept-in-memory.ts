import { leastRoom } from './clicks/backlog.ts';
import type { Config } from './config.ts';

/** Bytes on the heap, measured: a link of the longest that counts as one, and an unknown code; a batch of clicks. */
const bytesPerLink = 550;
const bytesPerBatch = 250;

/** Of the heap: the rest is for the code, what requests need, and what waits to be collected. */
const largestShare = 0.5;

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

/** Says what to change where the settings let a replica keep more than its heap of `heapLimit` bytes can hold. */
export function heapProblem(
  { l1Entries, clickBuffer }: Pick<Config, 'l1Entries' | 'clickBuffer'>,
  heapLimit: number,
): string | undefined {
  const kept = l1Entries * bytesPerLink + (clickBuffer / leastRoom) * bytesPerBatch;
  if (kept <= largestShare * heapLimit) return undefined;
  return (
    `L1_ENTRIES and CLICK_BUFFER may take ${megabytes(kept)} MB, more than half of the heap of ${megabytes(heapLimit)} MB: ` +
    'make them smaller, or the heap larger (--max-old-space-size in NODE_OPTIONS)'
  );
}
