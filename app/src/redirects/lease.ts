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

/** Under which epoch and which run of the store shared entries count. */
function createStamp(stampOf: Deps['stampOf']) {
  let epoch: number | undefined;
  let run = '';
  let text = stampOf(0, run);
  const write = (): void => {
    text = stampOf(epoch ?? 0, run);
  };
  return {
    get text() {
      return text;
    },
    get hasEpoch() {
      return epoch !== undefined;
    },
    setRun(value: string): void {
      run = value;
      write();
    },
    /** False where this epoch, or a later one, was known already. */
    moveTo(value: number): boolean {
      if (epoch !== undefined && value <= epoch) return false;
      epoch = value;
      write();
      return true;
    },
  };
}

/** Whether the epoch was read since what is cached here was last in doubt. `isSure` is asked when it has been. */
function createVerification({
  readEpoch,
  onReset,
  isSure,
}: Pick<Deps, 'readEpoch' | 'onReset'> & { isSure(): boolean }) {
  let verified = false;
  let missedNews = true;
  let generation = 0;
  let doubts = 0;
  const doubt = (): number => {
    verified = false;
    generation += 1;
    doubts += 1;
    return doubts;
  };
  const reset = (): void => {
    generation += 1;
    onReset();
  };
  return {
    get verified() {
      return verified;
    },
    get generation() {
      return generation;
    },
    reset,
    missNews(): void {
      missedNews = true;
      doubt();
    },
    async verify(): Promise<void> {
      const mine = doubt();
      await readEpoch();
      if (mine !== doubts || !isSure()) return;
      if (missedNews) reset();
      missedNews = false;
      verified = true;
    },
  };
}

/**
 * The replica's own cache is a lease: it is trusted while the connection on which changes are told has answered within
 * the lease, and the epoch in Postgres was read since it was last in doubt. A writer that cannot tell the store moves
 * the epoch and waits as long as the lease lasts; by then every replica has heard of it or trusts nothing.
 *
 * Where Postgres does not answer, the last known epoch stands: without Postgres nobody can have moved it.
 */
export function createLease({ lease, now, readEpoch, onReset, stampOf }: Deps): Lease {
  const stamp = createStamp(stampOf);
  const verification = createVerification({ readEpoch, onReset, isSure: () => connected && stamp.hasEpoch });
  let connected = false;
  let aliveUntil = 0;
  return {
    trusted: (at) => at < aliveUntil && verification.verified,
    get connected() {
      return connected;
    },
    get stamp() {
      return stamp.text;
    },
    get generation() {
      return verification.generation;
    },
    onConnected(run, sentAt) {
      stamp.setRun(run);
      connected = true;
      aliveUntil = sentAt + lease;
      void verification.verify();
    },
    onLost() {
      connected = false;
      verification.missNews();
    },
    onBeat(sentAt) {
      if (!connected) return;
      const lapsed = now() >= aliveUntil;
      aliveUntil = sentAt + lease;
      if (lapsed) void verification.verify();
    },
    onEpoch(value) {
      const isFirst = !stamp.hasEpoch;
      if (!stamp.moveTo(value)) return;
      verification.reset();
      if (isFirst && connected) void verification.verify();
    },
  };
}
