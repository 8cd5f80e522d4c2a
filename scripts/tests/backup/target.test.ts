import { describe, expect, test } from '@jest/globals';
import { parseWanted } from '../../src/backup/target.ts';

describe('the target of a restore', () => {
  test.each([
    ['nothing said: the newest state', [], { kind: 'latest' }],
    ['latest', ['latest'], { kind: 'latest' }],
    ['a full backup', ['20260131-120000F'], { kind: 'label', label: '20260131-120000F' }],
    [
      'a later one',
      ['20260131-120000F_20260201-120000D'],
      { kind: 'label', label: '20260131-120000F_20260201-120000D' },
    ],
  ])('%s', (_what, argv, target) => expect(parseWanted(argv)).toEqual({ target, elsewhere: false }));
  test.each([
    ['2026-01-31T12:00:00.5Z', '2026-01-31 12:00:00.5+00:00'],
    ['2026-01-31T12:00:00+00:00', '2026-01-31 12:00:00+00:00'],
    ['2026-01-31 12:00:00.123456+00', '2026-01-31 12:00:00.123456+00:00'],
    ['2026-01-31 12:00+01:00', '2026-01-31 12:00:00+01:00'],
    ['2026-01-31T12:00:00-0330', '2026-01-31 12:00:00-03:30'],
  ])('a moment, %s', (to, time) => expect(parseWanted(['--to', to]).target).toEqual({ kind: 'time', time }));
  test('from the storage elsewhere alone', () =>
    expect(parseWanted(['latest', '--elsewhere'])).toEqual({ target: { kind: 'latest' }, elsewhere: true }));
  test.each([
    ['a time without its zone', ['--to', '2026-01-31T12:00:00'], 'no time with its zone'],
    ['a day that there is not', ['--to', '2026-13-31T12:00:00Z'], 'no time with its zone'],
    ['an option in disguise', ['20260131-120000F --delta'], 'is no backup'],
    ['a file', ['./backups/monday.dump'], 'no files but names in a repository; scripts/backup --list'],
    ['a file of this folder', ['everything.ndjson'], 'scripts/up --import FILE'],
    ['a word', ['monday'], 'LABEL'],
    ['an option that there is not', ['--label', 'x'], /Unknown option '--label'.*; possible: latest/],
    ['two at once', ['latest', '--to', '2026-01-31T12:00:00Z'], 'one target'],
  ])('%s is refused', (_what, argv, why) => expect(() => parseWanted(argv)).toThrow(why));
});
