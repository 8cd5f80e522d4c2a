import { expect, test } from '@jest/globals';
import { passwords, secretFiles } from '../../src/secrets/secrets.ts';

test('each password is a file, and no file repeats the owner of the database but the two that need it', () => {
  const words = { database_owner_password: 'o', database_password: 'd', cache_password: 'c', queue_password: 'q' };
  const files = secretFiles({ API_KEY: 'k', CHAOS_TOKEN: 't', GRAFANA_PASSWORD: 'g' }, words);
  for (const name of passwords) expect(files[name]).toBe(words[name]);
  expect(files['database_owner_url']).toBe('postgres://shortstack:o@postgres:5432/shortstack');
  expect(files['database_url']).not.toContain(':o@');
  expect([files['cache_url'], files['queue_url']]).toEqual(['redis://:c@cache:6379', 'redis://:q@queue:6379']);
});
