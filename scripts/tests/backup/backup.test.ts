import { describe, expect, test } from '@jest/globals';
import { parseBackups, parseRepositories } from '../../src/backup/backup.ts';

const place = (key: number, code = 0, message = 'ok') => ({ key, status: { code, message } });
const info = (...repo: ReturnType<typeof place>[]) =>
  JSON.stringify([
    {
      backup: [
        {
          label: '20261121-030000F',
          type: 'full',
          timestamp: { start: 10, stop: 20 },
          info: { size: 3_000, repository: { delta: 1_000 } },
          error: true,
          database: { 'repo-key': 1 },
        },
      ],
      repo,
    },
  ]);

describe('what pgbackrest tells of its backups', () => {
  test('each, with the place that it is in', () => {
    expect(parseBackups(info(place(1)))).toEqual([
      {
        label: '20261121-030000F',
        repository: 1,
        kind: 'full',
        start: 10,
        stop: 20,
        size: 3_000,
        stored: 1_000,
        damaged: true,
      },
    ]);
    expect(parseRepositories(info(place(1), place(2, 2, 'no valid backups')))).toEqual([1, 2]);
  });

  test('nothing of a repository that is empty', () => {
    expect(parseBackups('[]')).toEqual([]);
  });

  test('a place that cannot be read → an error, not that it is empty', () => {
    const unread = place(1, 99, '[FormatError] unable to load info file');
    expect(() => parseBackups(info(unread))).toThrow('[FormatError] unable to load info file');
    expect(() => parseBackups(info(unread, place(2, 99, 'timeout')))).toThrow('cannot be read');
  });

  test('one of two cannot be read → those of the other; asked for alone, an error', () => {
    const text = info(place(1), place(2, 99, 'timeout'));
    expect(parseBackups(text)).toHaveLength(1);
    expect(parseBackups(text, 1)).toHaveLength(1);
    expect(() => parseBackups(text, 2)).toThrow('timeout');
    expect(parseBackups(info(place(1), place(2, 2, 'no valid backups')), 2)).toEqual([]);
  });
});
