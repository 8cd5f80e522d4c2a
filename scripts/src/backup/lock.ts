import { setTimeout as sleep } from 'node:timers/promises';
import { ScriptError } from '../platform/run.ts';

const pause = 1_000;
const patience = 7_200_000;
/** pgBackRest's exit code when another of its commands is at work. */
const isLocked = (error: unknown): boolean => (error as Error).message.includes('(exit code 50)');

/** Does something of pgBackRest as soon as no other of its commands is at work: a backup that is being made takes its time. */
export async function whenUnlocked<T>(now: () => number, task: () => Promise<T>): Promise<T> {
  const end = now() + patience;
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (!isLocked(error)) throw error;
      if (now() > end) throw new ScriptError('another backup does not end', { cause: error });
      await sleep(pause);
    }
  }
}
