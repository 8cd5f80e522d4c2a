import { type Alarm, createAlarm } from './alarm.ts';

type Options = {
  signal: AbortSignal;
  onError: (error: unknown) => void;
  delayAfterError: number;
  /** Rung, it has the next run begin at once. */
  alarm?: Alarm;
};

/**
 * Runs a task again and again, never twice at once, until the signal aborts; the task answers how many milliseconds to
 * wait for the next run. A run that fails is reported and does not end the loop. Resolves when the last run is over.
 */
export async function every(task: (signal: AbortSignal) => Promise<number>, options: Options): Promise<void> {
  const { alarm = createAlarm(), delayAfterError, onError, signal } = options;
  signal.addEventListener('abort', alarm.ring);
  while (!signal.aborted) {
    let delay = delayAfterError;
    try {
      delay = await task(signal);
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    await alarm.sleep(delay);
  }
}
