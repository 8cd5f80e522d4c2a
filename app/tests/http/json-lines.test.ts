import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createArrayCutter } from '../../src/http/json-array.ts';
import { jsonArrayLines, ndjsonLines } from '../../src/http/json-lines.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const readArray = (text: string, size = 5) => Array.fromAsync(jsonArrayLines(inPieces(text, size), { longest: 200 }));
const readLines = (text: string, size = 5) => Array.fromAsync(ndjsonLines(inPieces(text, size), { longest: 200 }));

test('an array in pieces of any size and any layout is the items that JSON.parse sees', async () => {
  const layout = fc.constantFrom(undefined, 2, '\t');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.json({ maxDepth: 2 })),
      layout,
      fc.integer({ min: 1, max: 9 }),
      async (items, space, size) => {
        const array = items
          .map((item) => JSON.parse(item) as unknown)
          .filter((item) => JSON.stringify(item).length < 60);
        const lines = await readArray(JSON.stringify(array, null, space), size);
        expect(lines.map((line) => line.kind === 'value' && line.value)).toEqual(array);
        expect(lines.map(({ line }) => line)).toEqual(array.map((_, index) => index + 1));
      },
    ),
    { numRuns: 200 },
  );
});

test.each([
  '',
  ' ',
  '{}',
  'null',
  '"[]"',
  '[1,]',
  '[,1]',
  '[1} ',
  '[1]x',
  '[1]]',
  '[1',
  '[[1]',
  '[}',
  '[1 2]',
  '[a]',
  "['1']",
  '[{"a":1,}]',
])('%j is no JSON array', async (text) => {
  await expect(readArray(text)).rejects.toMatchObject({ code: 'malformed' });
});

test('an item that is too long is told and not held, and the next one read', async () => {
  const lines = await readArray(`["${'x'.repeat(5_000)}", 2]`);
  expect(lines).toMatchObject([
    { kind: 'error', line: 1 },
    { kind: 'value', value: 2 },
  ]);
  const cutter = createArrayCutter(10);
  expect([...cutter.cut(`[${'1'.repeat(1_000)}]`)].map(({ length }) => length)).toEqual([11]);
});

test('nesting of any depth costs nothing but its item', async () => {
  const deep = `[${'['.repeat(90)}${']'.repeat(90)}, 1]`;
  expect(await readArray(deep)).toHaveLength(2);
});

test('of lines those that are JSON are read, and the others told', async () => {
  const lines = await readLines(`{"a":1}\n\n{"a":\n  \r\n"${'x'.repeat(300)}"\n[2]`);
  expect(lines).toEqual([
    { kind: 'value', line: 1, value: { a: 1 }, size: 7 },
    { kind: 'error', line: 3, error: 'not JSON' },
    { kind: 'error', line: 5, error: 'the record is too long' },
    { kind: 'value', line: 6, value: [2], size: 3 },
  ]);
});
