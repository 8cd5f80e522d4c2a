/** How long is waited for something that is handed out in the order in which it was asked for, in milliseconds. */
export type Waits = {
  /** Follows one that has to wait. */
  during<T>(handed: Promise<T>): Promise<T>;
  /** One had not to wait. */
  none(): void;
  /**
   * The least wait of those who were served since it was last asked for; where nobody was, that of who waits longest up
   * to now, as waits of a second are over once a second; undefined where nobody waits either.
   */
  take(): number | undefined;
  /** How many that had to wait were served up to now. */
  readonly served: number;
};

export function createWaits(now: () => number): Waits {
  /** When each began that still waits, the oldest first. */
  const waiting = new Set<{ since: number }>();
  let least: number | undefined;
  let count = 0;
  const note = (wait: number): void => {
    if (least === undefined || wait < least) least = wait;
  };
  const soFar = (): number | undefined => {
    for (const { since } of waiting) return now() - since;
    return undefined;
  };
  return {
    async during(handed) {
      const one = { since: now() };
      waiting.add(one);
      try {
        const thing = await handed;
        note(now() - one.since);
        count += 1;
        return thing;
      } finally {
        waiting.delete(one);
      }
    },
    none: () => note(0),
    take() {
      const taken = least ?? soFar();
      least = undefined;
      return taken;
    },
    get served() {
      return count;
    },
  };
}
