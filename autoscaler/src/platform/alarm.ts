import { setTimeout as sleep } from 'node:timers/promises';

/** A sleep that can be ended early. */
export type Alarm = {
  /** Ends the sleep; where nobody sleeps, the next one. */
  ring(): void;
  /** Resolves after so many milliseconds, or as soon as somebody rings. */
  sleep(delay: number): Promise<void>;
};

export function createAlarm(): Alarm {
  let rung = new AbortController();
  return {
    ring: () => rung.abort(),
    sleep: async (delay) => {
      await sleep(delay, undefined, { signal: rung.signal }).catch(() => {});
      if (rung.signal.aborted) rung = new AbortController();
    },
  };
}
