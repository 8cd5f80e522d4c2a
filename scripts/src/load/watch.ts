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

type Deps = { read: () => Promise<Usage[]>; every: number; now: () => number };

/** Looks kept at most: half a day of them. */
const most = 20_000;

/** A look that fails is left out: an engine under load may take long to answer. */
export const createWatch =
  ({ read, every, now }: Deps): Watch =>
  async (signal) => {
    const start = now();
    const looks: Look[] = [];
    while (!signal.aborted && looks.length < most) {
      const containers = await read().catch(() => undefined);
      if (containers) looks.push({ seconds: (now() - start) / 1_000, containers });
      await sleep(every, undefined, { signal }).catch(() => {});
    }
    return looks;
  };

/** For a target that is no stack of this machine. */
export const nothingWatched = { watch: async () => [], stand: async () => [], rest: async () => {} } satisfies Watching;
