import { expect, test } from '@jest/globals';
import { asOnlyOne } from '../../src/platform/job-lock.ts';
import { lookAt } from '../clicks/history.ts';
import { createTestDatabase } from '../support/stores.ts';

test('while one works, another one with the same job does nothing, and one with another job works', async () => {
  await using database = await createTestDatabase();
  await using one = await lookAt(database.url);
  await using other = await lookAt(database.url);
  const worked: string[] = [];
  await asOnlyOne(one.db, 'job', async () => {
    await asOnlyOne(other.db, 'job', async () => void worked.push('same'));
    await asOnlyOne(other.db, 'another', async () => void worked.push('another'));
  });
  await asOnlyOne(other.db, 'job', async () => void worked.push('afterwards'));
  expect(worked).toEqual(['another', 'afterwards']);
});
