import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** Milliseconds between the histogram's own timers: a delay below that is none. */
const resolution = 10;

export type EventLoopMeter = Disposable & {
  /** Begins a new period; what is answered below is of the one that ended. */
  sample(): void;
  /** 99th percentile of how late timers were, in milliseconds. */
  readonly lag: number;
  /** Share of the time that the loop was not idle, 0 to 1. */
  readonly utilization: number;
};

/** Measures how busy the event loop is. */
export function createEventLoopMeter(): EventLoopMeter {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  let before = performance.eventLoopUtilization();
  let lag = 0;
  let utilization = 0;
  return {
    sample() {
      const now = performance.eventLoopUtilization();
      utilization = performance.eventLoopUtilization(now, before).utilization;
      before = now;
      lag = Math.max(0, Math.round((delay.percentile(99) / 1e6 - resolution) * 100) / 100);
      delay.reset();
    },
    get lag() {
      return lag;
    },
    get utilization() {
      return utilization;
    },
    [Symbol.dispose]: () => delay.disable(),
  };
}

/** Share of the time from which the loop counts as busy, and the milliseconds over which it is looked at. */
const busyFrom = 0.5;
const period = 500;

/** Whether the event loop has been busy lately. Costs nothing unless it is asked. */
export function createBusyness(): () => boolean {
  let before = performance.eventLoopUtilization();
  let askedAt = performance.now();
  let busy = false;
  return () => {
    const now = performance.now();
    if (now - askedAt < period) return busy;
    const current = performance.eventLoopUtilization();
    busy = performance.eventLoopUtilization(current, before).utilization >= busyFrom;
    before = current;
    askedAt = now;
    return busy;
  };
}
