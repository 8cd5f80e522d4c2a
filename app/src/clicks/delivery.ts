import { setTimeout as sleep } from 'node:timers/promises';
import type { Backlog } from './backlog.ts';
import type { Batch } from './click.ts';

export type WayName = 'queue' | 'postgres';

/** A store that makes batches durable. Giving it a batch twice is harmless. */
export type Way = {
  readonly name: WayName;
  /** Resolves when all of them are durable; a rejection means that nobody knows. */
  append(batches: readonly Batch[]): Promise<void>;
  /** Resolves when the store answers again. */
  probe(): Promise<unknown>;
  /** Whether it should be spared for now, if there is another one. */
  full(): boolean;
};

type Deps = {
  /** In the order of preference. */
  ways: readonly Way[];
  backlog: Backlog;
  appended: (way: WayName, clicks: number) => void;
  dropped: (clicks: number) => void;
  changed: (way: WayName, state: 'up' | 'down', error?: unknown) => void;
  signal: AbortSignal;
};

export type Delivery = {
  deliver(batch: Batch): Promise<void>;
  /** Tries every store once more with what is kept in memory; answers the clicks that are still kept. */
  settle(): Promise<number>;
};

const betweenProbes = 100;
const mostTogether = 64;

/** Gives what is kept in memory to `take`, oldest first, until nothing is left or it is not taken; once at a time. */
function createDrain(backlog: Backlog, take: (batches: readonly Batch[]) => Promise<boolean>): () => Promise<void> {
  let draining: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    for (;;) {
      const batches = backlog.oldest(mostTogether);
      if (batches.length === 0 || !(await take(batches))) return;
      backlog.forget(batches.length);
    }
  };
  return () => {
    draining ??= drain().finally(() => {
      draining = undefined;
    });
    return draining;
  };
}

/**
 * Takes each batch to the first store that makes it durable. One that fails is left alone until it answers a probe, so
 * that only the batch that met the failure waits for it. The same batch, with the same id, goes to the next store: what
 * arrives on both ways is stored once. With no store left it is kept in memory, and past that bound dropped and counted.
 */
export function createDelivery({ ways, backlog, appended, dropped, changed, signal }: Deps): Delivery {
  const down = new Set<Way>();
  const tryWay = async (way: Way, batches: readonly Batch[]): Promise<boolean> => {
    try {
      await way.append(batches);
    } catch (error) {
      if (!down.has(way)) {
        down.add(way);
        changed(way.name, 'down', error);
        restore(way).catch(() => {});
      }
      return false;
    }
    appended(
      way.name,
      batches.reduce((sum, { clicks }) => sum + clicks, 0),
    );
    return true;
  };

  const tryAll = async (batches: readonly Batch[]): Promise<boolean> => {
    for (const way of ways) if (!down.has(way) && !way.full() && (await tryWay(way, batches))) return true;
    for (const way of ways) if (!down.has(way) && way.full() && (await tryWay(way, batches))) return true;
    return false;
  };

  const drain = createDrain(backlog, tryAll);

  const restore = async (way: Way): Promise<void> => {
    while (!(await answers(way))) await sleep(betweenProbes, undefined, { signal });
    down.delete(way);
    changed(way.name, 'up');
    await drain();
  };

  return {
    async deliver(batch) {
      if (await tryAll([batch])) return;
      if (!backlog.keep(batch)) return dropped(batch.clicks);
      // A store that came back while another one failed had nothing to take from memory then.
      while (backlog.clicks > 0 && ways.some((way) => !down.has(way))) await drain();
    },
    async settle() {
      down.clear();
      await drain();
      return backlog.clicks;
    },
  };
}

const answers = (way: Way): Promise<boolean> =>
  way.probe().then(
    () => true,
    () => false,
  );
