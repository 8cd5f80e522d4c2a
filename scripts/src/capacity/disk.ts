import { roomFor } from '../backup/room.ts';
import type { Coefficients } from './coefficients.ts';
import type { Demand } from './plan.ts';

export const daysOfMonth = 30.4;

/** GiB of bytes. */
export const gibOf = (bytes: number): number => bytes / 2 ** 30;

/** What a disk holds, in GiB. */
export type Use = {
  /** System, images, write-ahead log and logs; urls; clicks and their sums. */
  fixed: number;
  urls: number;
  clicks: number;
  /** Of all of the database: backups on the same disk, and what must be free for the drill of each night. */
  backups: number;
  drill: number;
  all: number;
};

export type Disk = { afterDay: Use; afterMonth: Use; afterYear: Use };

/** Bytes of clicks and sums after so many days. */
function clickBytes({ disk }: Coefficients, demand: Demand, days: number): number {
  const { clicksPerDay, linksPerDay, retention } = demand;
  const kept = retention === 0 ? days : Math.min(days, (retention + 1) * daysOfMonth);
  return kept * clicksPerDay * disk.click + days * linksPerDay * disk.linkDay;
}

/**
 * What a demand takes of the disk. One full backup more than is kept is there while it is made: it takes less than what is free
 * for the drill, which does not run then.
 */
export function diskFor(coefficients: Coefficients, demand: Demand): Disk {
  const { bounds, disk } = coefficients;
  const after = (days: number): Use => {
    const urls = demand.urls * disk.url;
    const clicks = clickBytes(coefficients, demand, days);
    const database = urls + clicks;
    const bytes = { urls, clicks, backups: bounds.backupsKept * disk.backupShare * database, drill: roomFor(database) };
    const fixed = disk.system + disk.wal + disk.logs;
    const all = fixed + gibOf(bytes.urls + bytes.clicks + bytes.backups + bytes.drill);
    return {
      fixed,
      urls: gibOf(bytes.urls),
      clicks: gibOf(bytes.clicks),
      backups: gibOf(bytes.backups),
      drill: gibOf(bytes.drill),
      all,
    };
  };
  return { afterDay: after(1), afterMonth: after(daysOfMonth), afterYear: after(12 * daysOfMonth) };
}
