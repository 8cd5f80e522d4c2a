import { expect, test } from '@jest/globals';
import { repositoryConfig } from '../../src/backup/repository-config.ts';

const generations = [{ number: 1, passphrase: 'words' }];
const offSite = { bucket: 'b', endpoint: 's3.example.com', region: 'r', key: 'k', secret: 's' };

test('without storage elsewhere: one repository, encrypted, with a bound on what is kept', () => {
  const text = repositoryConfig({ generations, keep: 3, offSite: undefined });
  expect(text).toContain('repo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=words\n');
  expect(text).toContain('repo1-retention-full=3\n');
  expect(text).not.toContain('repo2');
  expect(text).not.toContain('archive-async');
});

test('with it: a second one, encrypted as well, that cannot fill the disk when it does not answer', () => {
  const text = repositoryConfig({ generations, keep: 3, offSite });
  for (const line of [
    'repo2-type=s3',
    'repo2-s3-bucket=b',
    'repo2-s3-endpoint=s3.example.com',
    'repo2-cipher-pass=words',
  ])
    expect(text).toContain(`${line}\n`);
  expect(text).toMatch(/^archive-push-queue-max=/m);
  expect(text).toContain('\n[global:archive-push]\narchive-async=y\n');
});

test('two generations: each has its own places and its own passphrase, and all of them get WAL', () => {
  const both = [...generations, { number: 2, passphrase: 'others' }];
  const text = repositoryConfig({ generations: both, keep: 3, offSite });
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
  expect([1, 2, 3, 4].map((repo) => [value(`repo${repo}-path`), value(`repo${repo}-cipher-pass`)])).toEqual([
    ['/var/lib/pgbackrest', 'words'],
    ['/shortstack', 'words'],
    ['/var/lib/pgbackrest/2', 'others'],
    ['/shortstack-2', 'others'],
  ]);
  expect([value('repo3-type'), value('repo4-type'), value('repo4-s3-bucket')]).toEqual([undefined, 's3', 'b']);
});

test('no generation: an empty file', () => expect(repositoryConfig({ generations: [], keep: 3, offSite })).toBe(''));
