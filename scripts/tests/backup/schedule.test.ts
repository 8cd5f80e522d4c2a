import { describe, expect, test } from '@jest/globals';
import type { Backup, BackupKind } from '../../src/backup/backup.ts';
import { dueBackup, isDrillDue } from '../../src/backup/schedule.ts';

const hour = 3_600;
const day = 24 * hour;
const schedule = { hours: 24, fullDays: 7 };
const made = (kind: BackupKind, start: number, damaged = false): Backup => ({
  label: `${start}`,
  repository: 1,
  kind,
  start,
  stop: start + 60,
  size: 2,
  stored: 1,
  damaged,
});

describe('the next backup', () => {
  const full = made('full', 0);
  test.each<[string, readonly Backup[], number, BackupKind | undefined]>([
    ['there is none: a full one', [], 0, 'full'],
    ['one of an hour ago: nothing', [full], hour, undefined],
    ['one of a day ago: what has changed', [full], day, 'diff'],
    ['that took some minutes yesterday: not later each day', [full], day - 299, 'diff'],
    ['changes of an hour ago: nothing', [full, made('diff', day)], day + hour, undefined],
    ['a full one of a week ago: a full one', [full, made('diff', 6 * day)], 7 * day, 'full'],
    ['the full one is damaged: another', [made('full', 0, true)], hour, 'full'],
    ['the last change is damaged: another', [full, made('diff', day, true)], day + hour, 'diff'],
  ])('%s', (_what, backups, now, due) => expect(dueBackup(backups, now, schedule)).toBe(due));
});

describe('the nightly drill, at three', () => {
  const three = 10 * day + 3 * hour;
  test.each<[string, number | undefined, number, boolean]>([
    ['never proven: at once', undefined, 0, true],
    ['last night, and it is two: not yet', three - day, three - hour, false],
    ['last night, and it is three: now', three - day, three, true],
    ['tonight: not again', three + 60, three + 2 * hour, false],
    ['yesterday evening, and it is noon: now', three - 6 * hour, three + 9 * hour, true],
  ])('%s', (_what, lastAt, now, due) => expect(isDrillDue(lastAt, now, 3)).toBe(due));
});
