import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the condition holds; fails when it does not within so many milliseconds. */
export async function until(condition: () => Promise<boolean> | boolean, patience = 60_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`it did not come within ${patience} ms: ${condition}`);
    await sleep(10);
  }
}
