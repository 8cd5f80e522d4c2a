import { expect, test } from '@jest/globals';
import { withDatabase } from './with-database.ts';

test.each([
  ['postgres://postgres@/shortstack?host=%2Ftmp&port=5432', 'postgres://postgres@/other?host=%2Ftmp&port=5432'],
  ['postgresql://u:p@127.0.0.1:5432/name', 'postgresql://u:p@127.0.0.1:5432/other'],
  ['postgres://u@host', 'postgres://u@host/other'],
  ['postgres://u@host?sslmode=require', 'postgres://u@host/other?sslmode=require'],
])('%s becomes %s', (before, after) => {
  expect(withDatabase(before, 'other')).toBe(after);
});
