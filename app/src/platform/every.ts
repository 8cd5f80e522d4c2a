import { setTimeout as sleep } from 'node:timers/promises';

type Options = {
  /** Milliseconds between the end of one run and the start of the next. */
  interval: number;
  signal: AbortSignal;
  onError: (error: unknown) => void;
};

/**
 * Runs a task again and again, never twice at once, until the signal aborts. A run that fails is reported and does not
 * end the loop. The promise resolves when the last run is over.
 */
export async function every(task: (signal: AbortSignal) => Promise<void>, options: Options): Promise<void> {
  const { interval, signal, onError } = options;
  while (!signal.aborted) {
    await task(signal).catch(onError);
    await sleep(interval, undefined, { signal }).catch(() => {});
  }
}
