type Deps = {
  /** How long the store's sign of life counts, in milliseconds. */
  lease: number;
  /** Monotonic milliseconds. */
  now: () => number;
  /** Reads the epoch from Postgres now and hands it to `onEpoch`; false where Postgres does not answer. */
  readEpoch: () => Promise<boolean>;
  /** Nothing that was cached here before may be used again, not even as a last resort. */
  onReset: () => void;
  stampOf: (epoch: number, run: string) => string;
};

/** Whether what is cached here may be believed, and under which stamp shared entries count. */
export type Lease = {
  /** Whether the store vouches for this replica's own cache at this moment (monotonic ms). */
  trusted(now: number): boolean;
  /** Whether changes reach us, be it late. While they do not, what was cached is at best what was last known. */
  readonly connected: boolean;
  readonly stamp: string;
  /** Changes whenever what was read before may have missed a change. */
  readonly generation: number;
  /** A connection on which changes are told was asked for at `sentAt`, and leads to this run of the store. */
  onConnected(run: string, sentAt: number): void;
  onLost(): void;
  /** The store has answered what was sent at `sentAt`. */
  onBeat(sentAt: number): void;
  onEpoch(epoch: number): void;
};

/**
 * The replica's own cache is a lease: it is trusted while the connection on which changes are told has answered within
 * the lease, and the epoch in Postgres was read since it was last in doubt. A writer that cannot tell the store moves
 * the epoch and waits as long as the lease lasts; by then every replica has heard of it or trusts nothing.
 *
 * Where Postgres does not answer, the last known epoch stands: without Postgres nobody can have moved it.
 */
export function createLease({ lease, now, readEpoch, onReset, stampOf }: Deps): Lease {
  let connected = false;
  let verified = false;
  let missedNews = true;
  let aliveUntil = 0;
  let generation = 0;
  let doubts = 0;
  let epoch: number | undefined;
  let run = '';
  let stamp = stampOf(0, '');

  const reset = (): void => {
    generation += 1;
    onReset();
  };
  const doubt = (): number => {
    verified = false;
    generation += 1;
    doubts += 1;
    return doubts;
  };
  const verify = async (): Promise<void> => {
    const mine = doubt();
    await readEpoch();
    if (mine !== doubts || !connected || epoch === undefined) return;
    if (missedNews) reset();
    missedNews = false;
    verified = true;
  };

  return {
    trusted: (at) => verified && at < aliveUntil,
    get connected() {
      return connected;
    },
    get stamp() {
      return stamp;
    },
    get generation() {
      return generation;
    },
    onConnected(newRun, sentAt) {
      run = newRun;
      stamp = stampOf(epoch ?? 0, run);
      connected = true;
      aliveUntil = sentAt + lease;
      void verify();
    },
    onLost() {
      connected = false;
      missedNews = true;
      doubt();
    },
    onBeat(sentAt) {
      if (!connected) return;
      const lapsed = now() >= aliveUntil;
      aliveUntil = sentAt + lease;
      if (lapsed) void verify();
    },
    onEpoch(value) {
      if (epoch !== undefined && value <= epoch) return;
      const first = epoch === undefined;
      epoch = value;
      stamp = stampOf(epoch, run);
      reset();
      if (first && connected) void verify();
    },
  };
}
