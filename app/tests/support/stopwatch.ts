import { readFileSync } from 'node:fs';

/**
 * Nanoseconds that the process's main thread was ready to run and had no processor. None for a process that has ended,
 * nor on a system that is not Linux, where nothing is left out then.
 */
function waitOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Starts to measure; the function answers the milliseconds so far. */
export type Stopwatch = () => number;

/**
 * A stopwatch that stands still while this process, or one of the servers that it waits for, is kept from running by
 * others on the machine. So a promise about time can be held to its own bound on a machine that is busy: what our code
 * or a store takes counts, also what they sleep, and what a foreign program takes from them does not.
 *
 * A server of many processes (Postgres) is given as all of them: one serves one request, so the longest wait counts.
 * Source of the figure: the second field of /proc/PID/schedstat, `run_delay`.
 */
export function startStopwatch(...servers: readonly (readonly number[])[]): Stopwatch {
  const groups = [[process.pid], ...servers].map((pids) => pids.map((pid) => ({ pid, before: waitOf(pid) })));
  const start = performance.now();
  return () => {
    const wall = performance.now() - start;
    const kept = groups.map((group) => Math.max(0, ...group.map(({ pid, before }) => waitOf(pid) - before)));
    return Math.max(0, wall - kept.reduce((sum, wait) => sum + wait, 0) / 1e6);
  };
}
