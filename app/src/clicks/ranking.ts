type Deps = {
  /** Takes a step, where one is due, and answers whether another one is. */
  rankSome: (wanted: boolean) => Promise<boolean>;
  /** Monotonic milliseconds. */
  now: () => number;
};

/** After the last one who asked for the order; milliseconds. */
const wantedFor = 60_000;

/** Keeps the order of urls by clicks: soon after the clicks while somebody looks at it, else now and then. */
export function createRanking({ rankSome, now }: Deps) {
  let wantedAt = Number.NEGATIVE_INFINITY;
  return {
    want(): void {
      wantedAt = now();
    },
    /** Takes the steps that are due, until the signal aborts. */
    async tick(signal: AbortSignal): Promise<void> {
      while (!signal.aborted && (await rankSome(now() - wantedAt < wantedFor)));
    },
  };
}
