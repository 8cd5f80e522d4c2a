import { readdirSync, readFileSync } from 'node:fs';

/** Nanoseconds that each of the processes' threads was ready to run and had no processor, by thread. */
function waitsOf(pid: number): Map<string, number> {
  const folder = `/proc/${pid}/task`;
  const waits = new Map<string, number>();
  for (const thread of listed(folder)) {
    const [, wait] = text(`${folder}/${thread}/schedstat`).split(' ');
    waits.set(thread, Number(wait ?? 0));
  }
  return waits;
}

/** A process that has ended has none; nor has a system that is not Linux, where nothing is left out then. */
function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
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
 * Source of the figure: the second field of /proc/PID/task/TID/schedstat, `run_delay`.
 */
export function startStopwatch(...servers: readonly (readonly number[])[]): Stopwatch {
  const groups = [[process.pid], ...servers].map((pids) => pids.map((pid) => ({ pid, before: waitsOf(pid) })));
  const start = performance.now();
  return () => {
    const wall = performance.now() - start;
    const kept = groups.map((group) => Math.max(0, ...group.flatMap(({ pid, before }) => grown(before, waitsOf(pid)))));
    return Math.max(0, wall - kept.reduce((sum, wait) => sum + wait, 0) / 1e6);
  };
}

const grown = (before: Map<string, number>, after: Map<string, number>): number[] =>
  [...after].map(([thread, wait]) => wait - (before.get(thread) ?? 0));
