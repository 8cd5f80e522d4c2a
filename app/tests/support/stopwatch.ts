import { readFileSync } from 'node:fs';

/**
 * Nanoseconds that a process's main thread was ready to run and had no processor. None for a process that has ended,
 * nor on a system that is not Linux, where nothing is left out then.
 */
function waitOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Milliseconds of a processor that this thread has had. */
function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Stops the watch; answers the milliseconds that it ran. */
export type Stopwatch = () => number;

const tick = 10;

/**
 * A stopwatch that runs only while this thread could have gone on: while it works, and while it waits with an event
 * loop that turns. It stands still while others on the machine, or the machine itself, keep it from running, so a
 * promise about time can be held to its own bound there: what our code takes counts, also what it sleeps, and what a
 * foreign program, a pause of a virtual machine, or a page that comes from the disk takes from it does not.
 *
 * It looks every 10 ms: of the time since the last look, that much counts and what the thread worked, and what is left
 * was taken from it. (A call that sleeps without letting the loop turn is left out too, beyond these 10 ms.)
 *
 * What the servers that it waits for were kept from running is left out as well. A server of many processes (Postgres)
 * is given as all of them: one serves one request, so the longest wait counts.
 * Source of that figure: the second field of /proc/PID/schedstat, `run_delay`.
 */
export function startStopwatch(...servers: readonly (readonly number[])[]): Stopwatch {
  const groups = servers.map((pids) => pids.map((pid) => ({ pid, before: waitOf(pid) })));
  let ran = 0;
  let last = { at: performance.now(), worked: worked() };
  const look = (): void => {
    const now = { at: performance.now(), worked: worked() };
    ran += Math.min(now.at - last.at, tick + now.worked - last.worked);
    last = now;
  };
  const looks = setInterval(look, tick).unref();
  return () => {
    clearInterval(looks);
    look();
    const kept = groups.map((group) => Math.max(0, ...group.map(({ pid, before }) => waitOf(pid) - before)));
    return Math.max(0, ran - kept.reduce((sum, wait) => sum + wait, 0) / 1e6);
  };
}
