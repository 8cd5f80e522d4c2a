import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from './engine.ts';
import type { Standing } from './standing.ts';
import type { Look } from './usage.ts';

/** Looks at the containers until the signal; resolves with all looks. */
export type Watch = (signal: AbortSignal) => Promise<Look[]>;

/** Everybody who sees the containers. */
export type Watching = {
  watch: Watch;
  /** How the containers stand that run. */
  stand: () => Promise<Standing[]>;
  /** Waits until no more replicas are there than must be; throws where they do not go. */
  rest: () => Promise<void>;
};

type Deps = {
  read: () => Promise<Usage[]>;
  /** Batches of clicks that wait. */
  readWaiting?: () => Promise<number | undefined>;
  every: number;
  now: () => number;
};

/** Looks kept at most: half a day of them. */
const most = 20_000;

/** One look of so many is for what waits, too: to ask a replica costs the CPU that is looked at. */
const waitingEvery = 5;

/** A look that fails is left out: an engine under load may take long to answer. */
export const createWatch =
  ({ read, readWaiting, every, now }: Deps): Watch =>
  async (signal) => {
    const start = now();
    const looks: Look[] = [];
    for (let turn = 0; !signal.aborted && looks.length < most; turn += 1) {
      const containers = await read().catch(() => undefined);
      const seconds = (now() - start) / 1_000;
      const waiting = turn % waitingEvery === 0 ? await readWaiting?.().catch(() => undefined) : undefined;
      if (containers) looks.push({ seconds, containers, waiting });
      await sleep(every, undefined, { signal }).catch(() => {});
    }
    return looks;
  };

/** For a target that is no stack of this machine. */
export const nothingWatched = { watch: async () => [], stand: async () => [], rest: async () => {} } satisfies Watching;
