import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from './process-time.ts';
import type { Servers } from './servers.ts';

const memoryEvery = 100;
const waitsEvery = 500;

/** Looks again and again; the function that it answers ends that and tells the largest that was seen. */
function largest(look: () => Promise<number>, pause: number): () => Promise<number> {
  const over = new AbortController();
  const watching = (async () => {
    let most = 0;
    while (!over.signal.aborted) {
      most = Math.max(most, await look());
      await sleep(pause, undefined, { signal: over.signal }).catch(() => {});
    }
    return Math.max(most, await look());
  })();
  return () => {
    over.abort();
    return watching;
  };
}

/** The most memory that any replica has, in bytes. */
export const watchMemory = ({ replicas }: Pick<Servers, 'replicas'>): (() => Promise<number>) =>
  largest(async () => Math.max(...(await Promise.all(replicas.map(({ pid }) => residentBytes(pid))))), memoryEvery);

/** The longest that a click waits for the history, in seconds. */
export function watchWaits({ replicas }: Pick<Servers, 'replicas'>): () => Promise<number> {
  const look = async () => {
    const texts = replicas.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
    const ages = (await Promise.all(texts)).map((text) => /^click_queue_oldest_seconds (\S+)/m.exec(text)?.[1] ?? 0);
    return Math.max(...ages.map(Number));
  };
  return largest(look, waitsEvery);
}
