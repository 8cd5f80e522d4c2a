import { setTimeout as sleep } from 'node:timers/promises';

type Options = { every: number; within: number; now: () => number };

/** Looks again every few milliseconds until the look answers something; undefined after `within` milliseconds. */
export async function waitUntil<T>(
  look: () => Promise<T | undefined>,
  { every, within, now }: Options,
): Promise<T | undefined> {
  const end = now() + within;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || now() >= end) return seen;
    await sleep(every);
  }
}
