import { setTimeout as sleep } from 'node:timers/promises';
import { endsLongWait, type Load, mayIngest } from './pace.ts';

type Deps = {
  /** Writes all that waits; answers how many clicks that were. */
  ingest: () => Promise<number>;
  /** Takes over what dead replicas left. */
  takeOver: () => Promise<void>;
  load: () => Load;
  filled: () => number;
  failed: (error: unknown) => void;
};

export type Schedule = AsyncDisposable & {
  /** Something new waits. */
  wake(): void;
};

const betweenLooks = 1_000;
const betweenTakeOvers = 5_000;
/** After a few clicks the next may come soon; after many, they are summed for a second. */
const restAfterFew = 50;
const restAfterMany = 1_000;
const few = 20;
/** While it gives way. */
const betweenChecks = 250;

/** Decides when ingestion works: as soon as there is something while the service is idle, and else as pace.ts says. */
export function startSchedule({ ingest, takeOver, load, filled, failed }: Deps): Schedule {
  const ending = new AbortController();
  const { signal } = ending;
  let waiting = false;
  let wakeUp = (): void => {};
  let emptyAt = performance.now();
  let tookOverAt = performance.now();
  let longWaitTaken = false;

  const pause = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});

  const allowed = (): boolean => {
    const state = { load: load(), sinceEmpty: performance.now() - emptyAt, filled: filled(), longWaitTaken };
    if (state.load === 'idle') longWaitTaken = false;
    if (endsLongWait(state)) longWaitTaken = true;
    return mayIngest(state);
  };

  const turn = async (): Promise<number> => {
    waiting = false;
    const clicks = await ingest();
    emptyAt = performance.now();
    if (emptyAt - tookOverAt >= betweenTakeOvers) {
      tookOverAt = emptyAt;
      await takeOver();
    }
    return clicks <= few ? restAfterFew : restAfterMany;
  };

  const untilWoken = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, waiting || signal.aborted ? 0 : betweenLooks);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const failedTurn = (error: unknown): number => {
    failed(error);
    return restAfterMany;
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await untilWoken();
      await pause(allowed() ? await turn().catch(failedTurn) : betweenChecks);
    }
  };

  const over = run();
  return {
    wake() {
      waiting = true;
      wakeUp();
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      wakeUp();
      await over;
    },
  };
}
