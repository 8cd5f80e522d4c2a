import { expect, test } from '@jest/globals';
import { createProgress, printReport } from '../../src/commands/progress.ts';

const report = (count: number) => ({ count, imported: count, skipped: 0, errors: [] });

test('an import says how far it is every 20,000 records or so', () => {
  const lines: string[] = [];
  const progress = createProgress((line) => lines.push(line), 'urls.csv');
  for (let count = 500; count <= 60_500; count += 500) progress(report(count));
  expect(lines).toEqual(['urls.csv: 20000 read …', 'urls.csv: 40000 read …', 'urls.csv: 60000 read …']);
});

test('at the end: what became of the file, the first errors, and how many there are besides', () => {
  const lines: string[] = [];
  const errors = Array.from({ length: 7 }, (_, n) => ({ line: n + 2, error: 'wrong' }));
  printReport((line) => lines.push(line), 'f', { count: 20, imported: 10, skipped: 10, errors, more_errors: 3 });
  expect(lines[0]).toBe('f: 20 read, 10 imported, 10 skipped');
  expect(lines.slice(1, 6)).toEqual([2, 3, 4, 5, 6].map((line) => `  line ${line}: wrong`));
  expect(lines.slice(6)).toEqual(['  and 5 more']);
});
