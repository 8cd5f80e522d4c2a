import { setTimeout as sleep } from 'node:timers/promises';

/** The time of a drill, in milliseconds since the epoch. */
export type Clock = {
  now(): number;
  /** Resolves after so many milliseconds, or at the signal. */
  rest(milliseconds: number, signal: AbortSignal): Promise<void>;
};

export const wallClock: Clock = {
  now: Date.now,
  rest: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => {}),
};
