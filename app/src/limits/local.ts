import { type Counts, type Taken, take } from './window.ts';

/** Windows kept at most; the one that was made first goes first. */
const most = 10_000;

/** Windows in this process alone, for where there is no cache store or it does not answer. */
export function createLocalWindows(): (name: string, now: number, limit: number) => Taken {
  const windows = new Map<string, Counts>();
  return (name, now, limit) => {
    const counts = windows.get(name) ?? new Map<number, number>();
    windows.set(name, counts);
    const [oldest] = windows.keys();
    if (windows.size > most && oldest !== undefined) windows.delete(oldest);
    return take(counts, now, limit);
  };
}
