import { expect, test } from '@jest/globals';
import { repositoryConfig } from '../../src/backup/repository-config.ts';

const offSite = { bucket: 'b', endpoint: 's3.example.com', region: 'r', key: 'k', secret: 's' };

test('without storage elsewhere: one repository, encrypted, with a bound on what is kept', () => {
  const text = repositoryConfig({ passphrase: 'words', keep: 3, offSite: undefined });
  expect(text).toContain('repo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=words\n');
  expect(text).toContain('repo1-retention-full=3\n');
  expect(text).not.toContain('repo2');
});

test('with it: a second one, encrypted as well, that cannot fill the disk when it does not answer', () => {
  const text = repositoryConfig({ passphrase: 'words', keep: 3, offSite });
  for (const line of [
    'repo2-type=s3',
    'repo2-s3-bucket=b',
    'repo2-s3-endpoint=s3.example.com',
    'repo2-cipher-pass=words',
  ])
    expect(text).toContain(`${line}\n`);
  expect(text).toMatch(/^archive-push-queue-max=/m);
});
