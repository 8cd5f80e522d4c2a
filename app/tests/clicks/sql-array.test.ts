import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { numberArray, textArray } from '../../src/clicks/sql-array.ts';
import { createTestDatabase } from '../support/stores.ts';

test('Postgres reads the arrays as what they were made of', async () => {
  await using database = await createTestDatabase();
  const client = new pg.Client(database.url);
  await client.connect();
  const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\u0000', ''));
  await fc.assert(
    fc.asyncProperty(fc.array(text), fc.array(fc.integer()), async (texts, numbers) => {
      const { rows } = await client.query('select $1::text[] as texts, $2::int[] as numbers', [
        textArray(texts),
        numberArray(numbers),
      ]);
      expect(rows).toEqual([{ texts, numbers }]);
    }),
  );
  await client.end();
});
