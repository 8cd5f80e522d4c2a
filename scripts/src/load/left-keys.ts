import { hostname } from 'node:os';

const start = (host: string): string => `load-${host}-`;

/** What a load calls its key: whoever finds it knows of which process of which machine it is. */
export const keyNameOf = (pid: number, host = hostname()): string => `${start(host)}${pid}`;

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a key is one of a load on this machine that was killed before it could give it back. */
export function isLeft(name: string, host = hostname()): boolean {
  if (!name.startsWith(start(host))) return false;
  const pid = name.slice(start(host).length);
  return /^[1-9]\d{0,9}$/.test(pid) && !runs(Number(pid));
}
