import { Problem } from '../api/problem.js';

const tooMany = 429;

const second = 1_000;

/** @param {number} seconds @param {(left: number) => void} onLeft */
async function countDown(seconds, onLeft) {
  for (let left = seconds; left > 0; left -= 1) {
    onLeft(left);
    await new Promise((resolve) => setTimeout(resolve, second));
  }
}

/**
 * Does something with one item after the other. Where the service says "too many" it waits as long as it is told and
 * goes on. Answers what failed.
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<unknown>} work
 * @param {(done: number, wait: number) => void} [onProgress] how many are done, and the seconds until it goes on
 * @returns {Promise<{ item: T, problem: Problem }[]>}
 */
export async function inTurn(items, work, onProgress = () => {}) {
  /** @type {{ item: T, problem: Problem }[]} */
  const failed = [];
  for (const [done, item] of items.entries()) {
    for (;;) {
      onProgress(done, 0);
      const problem = await work(item).then(
        () => undefined,
        (error) => /** @type {Problem} */ (error),
      );
      if (problem instanceof Problem && problem.status === tooMany) {
        await countDown(problem.retryAfter || 1, (left) => onProgress(done, left));
        continue;
      }
      if (problem) failed.push({ item, problem });
      break;
    }
  }
  return failed;
}
