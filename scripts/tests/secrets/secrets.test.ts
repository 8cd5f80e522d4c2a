import { expect, test } from '@jest/globals';
import { forgotten, readBackupChoices, renewal, renewed } from '../../src/secrets/backup-choices.ts';
import { passwords, secretFiles } from '../../src/secrets/secrets.ts';

test('each password is a file, and no file repeats the owner of the database but the two that need it', () => {
  const words = {
    database_owner_password: 'o',
    database_password: 'd',
    database_monitor_password: 'm',
    cache_password: 'c',
    queue_password: 'q',
    database_login: 'shortstack_app',
  };
  const own = { API_KEY: 'k', CHAOS_TOKEN: 't', GRAFANA_PASSWORD: 'g', BACKUP_PASSPHRASE: 'words' };
  const files = secretFiles(own, words, { keep: 2, offSite: undefined, present: [], before: [] });
  for (const name of passwords) expect(files[name]).toBe(words[name]);
  expect(files['database_owner_url']).toBe('postgres://shortstack:o@postgres:5432/shortstack');
  expect(files['database_url']).not.toContain(':o@');
  expect([files['cache_url'], files['queue_url']]).toEqual(['redis://:c@cache:6379', 'redis://:q@queue:6379']);
});

test('backups are encrypted with what the maintainer keeps, and go elsewhere when that is set', () => {
  const own = { API_KEY: 'k', CHAOS_TOKEN: 't', GRAFANA_PASSWORD: 'g', BACKUP_PASSPHRASE: 'words' };
  const words = {
    database_owner_password: 'o',
    database_password: 'd',
    database_monitor_password: 'm',
    cache_password: 'c',
    queue_password: 'q',
    database_login: 'shortstack_app',
  };
  const choices = readBackupChoices({
    BACKUP_PASSPHRASE: 'words',
    BACKUP_S3_BUCKET: 'b',
    BACKUP_S3_ENDPOINT: 'e',
    BACKUP_KEEP: '5',
  });
  const text = secretFiles(own, words, choices)['pgbackrest.conf'] ?? '';
  for (const line of ['repo1-cipher-pass=words', 'repo2-s3-bucket=b', 'repo1-retention-full=5'])
    expect(text).toContain(line);
  expect(readBackupChoices({})).toMatchObject({ keep: 2, offSite: undefined, before: [] });
});

test('a passphrase is renewed: to both places first, then to the new one, and the old one is kept until it is forgotten', () => {
  const first = { BACKUP_PASSPHRASE: 'old' };
  const [one, two] = [
    { number: 1, passphrase: 'old' },
    { number: 2, passphrase: 'new' },
  ];
  const during = { ...first, ...renewal(first, 'new') };
  expect(readBackupChoices(during)).toMatchObject({ present: [one, two], before: [] });
  const after = { ...during, ...renewed };
  expect(readBackupChoices(after)).toMatchObject({ present: [two], before: [one] });
  expect(readBackupChoices({ ...after, ...forgotten })).toMatchObject({ present: [two], before: [] });
  const again = renewal({ ...after, ...forgotten }, 'third');
  expect(again).toMatchObject({
    BACKUP_GENERATION: '3',
    BACKUP_GENERATION_BEFORE: '2',
    BACKUP_PASSPHRASE_BEFORE: 'new',
  });
});
