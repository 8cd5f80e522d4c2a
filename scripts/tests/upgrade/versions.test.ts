import { expect, test } from '@jest/globals';
import { placeBefore } from '../../src/upgrade/upgrade.ts';
import { parseMajor, planUpgrade } from '../../src/upgrade/versions.ts';

test.each([
  ['postgres (PostgreSQL) 17.11 (Debian 17.11-0+deb13u1)', 17],
  ['postgres (PostgreSQL) 18rc1', 18],
])('%s is version %d', (said, major) => expect(parseMajor(said)).toBe(major));

test('what is no version is refused', () =>
  expect(() => parseMajor('sh: not found')).toThrow('no version of Postgres'));

test('a minor version needs a restart, a major one a copy, and none goes backwards', () => {
  expect([planUpgrade(17, 17), planUpgrade(15, 17)]).toEqual(['restart', 'copy']);
  expect(() => planUpgrade(17, 15)).toThrow('from 17 to 15 leads no way but --undo');
});

test('without an upgrade there is none to undo', () => {
  expect(() => placeBefore({})).toThrow('there is no upgrade to undo');
  const env = {
    DATABASE_IMAGE_UPGRADED_FROM: 'a',
    BACKUP_IMAGE_UPGRADED_FROM: 'b',
    POSTGRES_VOLUME_UPGRADED_FROM: 'c',
  };
  expect(placeBefore(env)).toEqual({
    DATABASE_IMAGE: 'a',
    BACKUP_IMAGE: 'b',
    POSTGRES_IMAGE: '',
    POSTGRES_VOLUME: 'c',
  });
});
