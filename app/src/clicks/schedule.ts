import { setTimeout as sleep } from 'node:timers/promises';
import { createRests, endsLongWait, type Load, mayIngest } from './pace.ts';

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
const restAfterFailure = 1_000;
/** While it gives way. */
const betweenChecks = 250;

/** Whether ingestion may work now, as pace.ts says; remembers when nothing waited and what a burst has had. */
function createAllowance({ load, filled }: Pick<Deps, 'load' | 'filled'>) {
  let emptyAt = performance.now();
  let longWaitTaken = false;
  return {
    emptied: (at: number): void => {
      emptyAt = at;
    },
    mayWork(): boolean {
      const state = { load: load(), sinceEmpty: performance.now() - emptyAt, filled: filled(), longWaitTaken };
      if (state.load === 'idle') longWaitTaken = false;
      if (endsLongWait(state)) longWaitTaken = true;
      return mayIngest(state);
    },
  };
}

/** Waits that a call ends early, also one that came before the wait began. */
function createBell() {
  let rung = false;
  let end = (): void => {};
  return {
    ring(): void {
      rung = true;
      end();
    },
    silence(): void {
      rung = false;
    },
    wait: (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, rung ? 0 : milliseconds);
        end = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}

/** Decides when ingestion works: as soon as there is something while the service is idle, and else as pace.ts says. */
export function startSchedule({ ingest, takeOver, load, filled, failed }: Deps): Schedule {
  const ending = new AbortController();
  const { signal } = ending;
  const allowance = createAllowance({ load, filled });
  const bell = createBell();
  const restAfterRound = createRests(performance.now());
  let tookOverAt = performance.now();

  const pause = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => {});

  const turn = async (): Promise<number> => {
    bell.silence();
    const began = performance.now();
    const clicks = await ingest();
    const now = performance.now();
    allowance.emptied(now);
    if (now - tookOverAt >= betweenTakeOvers) {
      tookOverAt = now;
      await takeOver();
    }
    return restAfterRound(clicks, { began, ended: now });
  };

  const failedTurn = (error: unknown): number => {
    failed(error);
    return restAfterFailure;
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await bell.wait(betweenLooks);
      await pause(allowance.mayWork() ? await turn().catch(failedTurn) : betweenChecks);
    }
  };

  const over = run();
  return {
    wake: bell.ring,
    async [Symbol.asyncDispose]() {
      ending.abort();
      bell.ring();
      await over;
    },
  };
}
