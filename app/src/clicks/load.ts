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

/** Answers the load since it was last asked. Ask about once a second: the machine's clocks are coarse. */
export function createLoadGauge(): () => Load {
  let loop = performance.eventLoopUtilization();
  let times = processorTimes();
  return () => {
    const loopNow = performance.eventLoopUtilization();
    const timesNow = processorTimes();
    const { utilization } = performance.eventLoopUtilization(loopNow, loop);
    const passed = timesNow.all - times.all;
    const unused = passed > 0 ? (timesNow.unused - times.unused) / passed : 1;
    loop = loopNow;
    times = timesNow;
    return loadOf({ eventLoop: utilization, unused });
  };
}
