import { setTimeout as sleep } from 'node:timers/promises';

/** Looks until something is there, and fails with what was waited for. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, within = 120_000): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const seen = await look().catch(() => undefined);
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`not within ${within / 1_000} s: ${what}`);
    await sleep(200);
  }
}
