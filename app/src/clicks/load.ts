import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type Load, loadOf } from './pace.ts';

type Times = { unused: number; all: number };

function processorTimes(): Times {
  let unused = 0;
  let all = 0;
  for (const { times } of cpus()) {
    unused += times.idle;
    all += times.idle + times.user + times.sys + times.nice + times.irq;
  }
  return { unused, all };
}

export type LoadGauge = {
  /** Counts clicks that were recorded. */
  count(clicks: number): void;
  /** The load since it was last asked. Ask about once a second: the machine's clocks are coarse. */
  read(): Load;
};

export function createLoadGauge(): LoadGauge {
  let counted = 0;
  let readAt = performance.now();
  let loop = performance.eventLoopUtilization();
  let times = processorTimes();
  return {
    count(clicks) {
      counted += clicks;
    },
    read() {
      const now = performance.now();
      const loopNow = performance.eventLoopUtilization();
      const timesNow = processorTimes();
      const { utilization: eventLoop } = performance.eventLoopUtilization(loopNow, loop);
      const passed = timesNow.all - times.all;
      const unused = passed > 0 ? (timesNow.unused - times.unused) / passed : 1;
      const clickRate = counted / ((now - readAt) / 1_000);
      [counted, readAt, loop, times] = [0, now, loopNow, timesNow];
      return loadOf({ clickRate, eventLoop, unused });
    },
  };
}
