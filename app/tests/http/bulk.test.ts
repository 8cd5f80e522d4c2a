import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { bulkReport, insertLines, type Line } from '../../src/http/bulk.ts';
import { AppError } from '../../src/http/problem.ts';

const schema = z.object({ n: z.int() });
const numbers = (count: number, size = 1): Line[] =>
  Array.from({ length: count }, (_, n) => ({ kind: 'value', line: n + 1, value: { n }, size }));
async function* from(lines: Iterable<Line>, error?: Error): AsyncGenerator<Line> {
  yield* lines;
  if (error) throw error;
}

test('records go to the store in batches, and what it refuses is told by line', async () => {
  const batches: number[] = [];
  const insert = async (batch: readonly { line: number }[]) => {
    batches.push(batch.length);
    return batch.filter(({ line }) => line % 400 === 0).map(({ line }) => ({ line, error: 'no' }));
  };
  const report = await insertLines(from(numbers(1_100)), { schema, insert });
  expect(batches).toEqual([500, 500, 100]);
  expect(bulkReport.parse(report)).toEqual({
    count: 1_100,
    imported: 1_098,
    skipped: 2,
    errors: [400, 800].map((line) => ({ line, error: 'no' })),
  });
});

test('large records make smaller batches', async () => {
  const batches: number[] = [];
  const insert = async (batch: readonly unknown[]) => {
    batches.push(batch.length);
    return [];
  };
  await insertLines(from(numbers(10, 400_000)), { schema, insert });
  expect(batches).toEqual([3, 3, 3, 1]);
});

test('what is left to do at the end is done once, also where reading fails, and a failure of it says what was imported', async () => {
  const insert = async () => [];
  let ends = 0;
  const finish = async () => {
    ends += 1;
  };
  await insertLines(from(numbers(3)), { schema, insert, finish });
  await expect(insertLines(from(numbers(3), new Error('cut off')), { schema, insert, finish })).rejects.toThrow(
    'cut off',
  );
  expect(ends).toBe(2);
  const failing = async () => {
    ends += 1;
    throw new AppError('unavailable', 'Away');
  };
  await expect(insertLines(from(numbers(3)), { schema, insert, finish: failing })).rejects.toMatchObject({
    message: 'Away; 3 records before that were imported',
  });
  expect(ends).toBe(3);
});

test('errors stand in the order of the file, wherever they were found', async () => {
  const lines = [...numbers(2), { kind: 'value', line: 3, value: {}, size: 1 } as const];
  const insert = async () => [{ line: 2, error: 'taken' }];
  const report = await insertLines(from(lines), { schema, insert });
  expect(report.errors.map(({ line }) => line)).toEqual([2, 3]);
  expect(report.errors[1]?.error).toMatch(/^n: /);
});

test('what follows the most that is read is told once, and not asked for', async () => {
  let asked = 0;
  async function* many(): AsyncGenerator<Line> {
    for (const line of numbers(1_000)) {
      asked += 1;
      yield line;
    }
  }
  const report = await insertLines(many(), { schema, insert: async () => [], most: 10 });
  expect(report).toMatchObject({ count: 10, imported: 10, skipped: 1, errors: [{ line: 11 }] });
  expect(asked).toBe(11);
});

test('reading that fails midway keeps whole batches and says how many records they were', async () => {
  const insert = async () => [];
  const failing = (count: number) =>
    insertLines(from(numbers(count), new AppError('too_large', 'Too large')), { schema, insert });
  await expect(failing(700)).rejects.toMatchObject({
    code: 'too_large',
    message: 'Too large; 500 records before that were imported',
    errors: undefined,
  });
  await expect(failing(10)).rejects.toThrow(/^Too large$/);
  await expect(insertLines(from([], new Error('other')), { schema, insert })).rejects.toThrow(/^other$/);
});

test('a file of which too much is malformed is not read to its end, and that is told', async () => {
  const garbage = Array.from({ length: 1_000 }, (_, n): Line => ({ kind: 'error', line: n + 1, error: 'x' }));
  const report = await insertLines(from(garbage), { schema, insert: async () => [], mostMalformed: 300 });
  expect(report).toMatchObject({ count: 300, imported: 0, skipped: 301 });
  expect(report.errors).toHaveLength(301);
  expect(report.errors.at(-1)).toEqual({
    line: 301,
    error: '300 records are malformed: nothing from here on was read',
  });
});

test('ten thousand errors are told, in few words each, and the rest is counted', async () => {
  const garbage = Array.from(
    { length: 10_005 },
    (_, n): Line => ({ kind: 'error', line: n + 1, error: 'x'.repeat(400) }),
  );
  const report = await insertLines(from(garbage), { schema, insert: async () => [] });
  expect(report).toMatchObject({ count: 10_005, skipped: 10_005, more_errors: 5 });
  expect(report.errors).toHaveLength(10_000);
  expect(new Set(report.errors.map(({ error }) => error.length))).toEqual(new Set([300]));
});
