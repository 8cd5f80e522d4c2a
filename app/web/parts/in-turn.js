import { Problem } from '../api/problem.js';

const tooMany = 429;

/** @param {number} seconds */
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/**
 * Does something with one item after the other. Where the service says "too many" it waits as long as it is told and
 * goes on. Answers what failed.
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<unknown>} work
 * @param {(done: number) => void} [onProgress]
 * @returns {Promise<{ item: T, problem: Problem }[]>}
 */
export async function inTurn(items, work, onProgress = () => {}) {
  /** @type {{ item: T, problem: Problem }[]} */
  const failed = [];
  for (const [done, item] of items.entries()) {
    onProgress(done);
    for (;;) {
      const problem = await work(item).then(
        () => undefined,
        (error) => /** @type {Problem} */ (error),
      );
      if (problem instanceof Problem && problem.status === tooMany) {
        await pause(problem.retryAfter || 1);
        continue;
      }
      if (problem) failed.push({ item, problem });
      break;
    }
  }
  return failed;
}
