import { describe, expect, test } from '@jest/globals';
import { exposition } from '../../src/backup/exposition.ts';
import { findMissingBackups, parseBackups } from '../../src/doctor/backups.ts';

const now = 1_800_000_000;
const hour = 3_600;
const none = { newest: 0, failures: 0, since: now - 60 };
const find = (change: Partial<typeof none>) =>
  findMissingBackups({ ...none, ...change }, 24, now).map(({ kind, what }) => `${kind}: ${what}`);

describe('backups', () => {
  test('one as young as the schedule promises → nothing is found', () =>
    expect(find({ newest: now - 25 * hour })).toEqual([]));
  test('the next one was missed → wrong', () =>
    expect(find({ newest: now - 27 * hour })).toEqual(['wrong: the last backup is 27 h old']));
  test('none, as the keeper has just begun → a warning', () =>
    expect(find({})).toEqual(['warning: there is no backup yet']));
  test.each([{ failures: 1 }, { since: now - 2 * hour }])('none, and %j → wrong', (change) =>
    expect(find(change)).toEqual(['wrong: there is no backup yet']),
  );
});

test("the keeper's own page → what it says", () => {
  const backup = {
    label: '1F',
    repository: 1,
    kind: 'full',
    start: now - 9,
    stop: now - 5,
    size: 1,
    stored: 1,
    damaged: false,
  } as const;
  const page = exposition({
    backups: [backup],
    places: [1],
    drill: undefined,
    archivedAt: 0,
    archiveFailures: 0,
    failures: { backup: 2, drill: 0 },
  });
  expect(parseBackups(page, 7)).toEqual({ newest: now - 5, failures: 2, since: 7 });
});
