import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isMigration } from '../../src/stack/migration-files.ts';

test('what is run ahead of a migration is none, or it would be pending for ever', () => {
  const files = readdirSync(join(import.meta.dirname, '..', '..', '..', 'app', 'src', 'platform', 'migrations'));
  const [found, others] = [files.filter(isMigration), files.filter((name) => !isMigration(name))];
  expect(found.length).toBeGreaterThan(10);
  expect(others.length).toBeGreaterThan(0);
  for (const name of others) expect(found).toContain(name.replace(/\.ahead\.sql$/, '.sql'));
});
