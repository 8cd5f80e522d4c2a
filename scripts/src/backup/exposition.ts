import type { Backup } from './backup.ts';
import type { DrillResult } from './drill-record.ts';

/** What the keeper knows; undefined where nothing has happened yet. Times are seconds since 1970. */
export type Knowledge = {
  backups: readonly Backup[];
  places: readonly number[];
  drill: DrillResult | undefined;
  /** When Postgres last handed a piece of WAL to the repository, and how many it could not. */
  archivedAt: number;
  archiveFailures: number;
  /** Of this process. */
  failures: Readonly<Record<'backup' | 'drill', number>>;
};

const series = (name: string, type: 'gauge' | 'counter', help: string, value: number, labels = ''): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}${labels} ${value}\n`;

/** The newest good backup of the place that is furthest behind; none where one has none. */
function oldestNewest(backups: readonly Backup[], places: readonly number[]): Backup | undefined {
  const newest = places.map((place) => backups.findLast(({ damaged, repository }) => !damaged && repository === place));
  return newest.reduce((a, b) => (a && b && a.stop < b.stop ? a : a && b), newest[0]);
}

/** Of a keeper that has done nothing yet. */
export const nothingKnown: Knowledge = {
  backups: [],
  places: [],
  drill: undefined,
  archivedAt: 0,
  archiveFailures: 0,
  failures: { backup: 0, drill: 0 },
};

/** The page that Prometheus reads: every series is there from the start, 0 where nothing has happened. */
export function exposition({ backups, places, drill, archivedAt, archiveFailures, failures }: Knowledge): string {
  const last = oldestNewest(backups, places);
  const stored = backups.reduce((sum, backup) => sum + backup.stored, 0);
  return [
    series('backup_last_success_timestamp_seconds', 'gauge', 'End of the newest good backup.', last?.stop ?? 0),
    series('backup_last_duration_seconds', 'gauge', 'How long it took.', last ? last.stop - last.start : 0),
    series('backup_database_bytes', 'gauge', 'Size of the database in it.', last?.size ?? 0),
    series('backup_stored_bytes', 'gauge', 'What all backups take in the repository, without WAL.', stored),
    series('backup_kept', 'gauge', 'Backups in the repository.', backups.length),
    series('backup_failures_total', 'counter', 'Backups that failed.', failures.backup),
    series('backup_wal_archived_timestamp_seconds', 'gauge', 'Newest WAL in the repository.', archivedAt),
    series('backup_wal_failures_total', 'counter', 'WAL that could not be archived at first.', archiveFailures),
    series('restore_drill_last_success_timestamp_seconds', 'gauge', 'End of the last good drill.', drill?.goodAt ?? 0),
    series('restore_drill_duration_seconds', 'gauge', 'How long it took.', drill?.seconds ?? 0),
    series('restore_drill_failures_total', 'counter', 'Drills that failed.', failures.drill),
  ].join('');
}
