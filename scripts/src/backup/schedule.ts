import type { Backup, BackupKind } from './backup.ts';

export type Schedule = { hours: number; fullDays: number };

const hour = 3_600;
const day = 24 * hour;
/** A backup that takes its time does not move the next one to later each day. */
const slack = 300;

/**
 * Which backup is due at `now` (seconds since 1970): a full one when the last is `fullDays` old, else what has changed
 * since the last full one, `hours` after the last of any kind.
 */
export function dueBackup(
  backups: readonly Backup[],
  now: number,
  { hours, fullDays }: Schedule,
): BackupKind | undefined {
  const good = backups.filter(({ damaged }) => !damaged);
  const last = good.at(-1);
  const full = good.findLast(({ kind }) => kind === 'full');
  if (!last || !full || now >= full.start + fullDays * day - slack) return 'full';
  return now >= last.start + hours * hour - slack ? 'diff' : undefined;
}

/** Whether the nightly proof is due: once a day, in the hour of the day (UTC) when the fewest are awake. */
export function isDrillDue(lastAt: number | undefined, now: number, hourOfDay: number): boolean {
  if (lastAt === undefined) return true;
  const begins = Math.floor(now / day) * day + hourOfDay * hour;
  return now >= begins && lastAt < begins;
}
