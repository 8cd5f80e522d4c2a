import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvLines, csvText } from '../../src/http/csv.ts';
import { AppError } from '../../src/http/problem.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const read = (content: string | Uint8Array, size = 7, longest = 1_000) =>
  Array.fromAsync(csvLines(inPieces(Buffer.from(content), size), { longest, required: ['a'] }));
const values = (lines: Awaited<ReturnType<typeof read>>) =>
  lines.map((line) => (line.kind === 'value' ? line.value : line.error));

test('names in any case, a BOM, CRLF, blank lines and lines inside quotes are read', async () => {
  const lines = await read('\ufeff A ,B\r\n1,"x\ny"\r\n\r\n2,"a ""b"""\r\n3\r\n');
  expect(lines).toEqual([
    { kind: 'value', line: 3, value: { a: '1', b: 'x\ny' }, size: 4 },
    { kind: 'value', line: 5, value: { a: '2', b: 'a "b"' }, size: 6 },
    { kind: 'value', line: 6, value: { a: '3' }, size: 1 },
  ]);
});

test('a record with more values than columns is told, and the next one read', async () => {
  expect(values(await read('a,b\n1,2,3\n4,5\n'))).toEqual(['3 values for 2 columns', { a: '4', b: '5' }]);
});

test.each([
  ['a quote that is not closed', 'a,b\n1,2\n3,"4\n5,6\n', 'a quote is not closed'],
  ['a record that is too long', `a,b\n1,2\n${'x'.repeat(1_100)},4\n5,6\n`, 'the record is too long'],
])('%s ends the reading after what was before it', async (_, content, error) => {
  for (const size of [7, 100_000]) {
    expect(values(await read(content, size))).toEqual([{ a: '1', b: '2' }, `${error}: nothing after this was read`]);
  }
});

test('a record that is too long is not read to its end', async () => {
  let pieces = 0;
  async function* endless() {
    yield Buffer.from('a\n');
    for (; pieces < 1_000; pieces += 1) yield Buffer.alloc(10_000, 'x');
  }
  await Array.fromAsync(csvLines(endless(), { longest: 50_000, required: [] }));
  expect(pieces).toBeLessThan(20);
});

test.each([
  ['no content but commas', ','],
  ['nothing but doubled quotes', '""""'],
])('a record of %s is not read to its end either', async (_, part) => {
  let pieces = 0;
  async function* endless() {
    yield Buffer.from('a\n1\n');
    for (; pieces < 1_000; pieces += 1) yield Buffer.from(part.repeat(10_000 / part.length));
  }
  const lines = await Array.fromAsync(csvLines(endless(), { longest: 1_000, required: [] }));
  expect(values(lines)).toEqual([{ a: '1' }, 'the record is too long: nothing after this was read']);
  expect(pieces).toBeLessThan(20);
});

test('many records of the longest kind are read, also where each takes its time', async () => {
  const record = `"${'""'.repeat(900)}",x\n`;
  const content = `a,b\n${record.repeat(300)}`;
  const lines = csvLines(inPieces(Buffer.from(content), 100_000), { longest: 1_000, required: ['a'] });
  let read = 0;
  for await (const line of lines) {
    if (line.kind === 'value') read += 1;
    await new Promise(setImmediate);
  }
  expect(read).toBe(300);
});

test.each([
  ['', 'names no columns'],
  ['b,c\n1,2\n', 'lacks the column a'],
  [`a${',x'.repeat(200)}\n`, 'at most 100 columns'],
  [`a,"${'x'.repeat(2_000)}`, 'names no columns'],
])('a file like %j is refused by its first line', async (content, message) => {
  await expect(read(content)).rejects.toThrow(message);
});

test('bytes that are not UTF-8 are refused', async () => {
  await expect(read(Uint8Array.of(0x61, 0x0a, 0x31, 0x0a, 0xff))).rejects.toThrow('not UTF-8');
});

test('whatever text is written comes back, in pieces of any size', async () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('=1', "'=1", "''-", '\t', '"', '\r\n', ',', "'"),
  );
  const records = fc.array(fc.tuple(cell, cell), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(records, fc.integer({ min: 1, max: 50 }), async (rows, size) => {
      const text = csvText([['a', 'b'], ...rows]);
      // A record of nothing at all is a blank line to every reader.
      const expected = rows.filter(([a, b]) => a !== '' || b !== '');
      const seen = values(await read(text, size, 100_000)) as { a: string; b: string }[];
      expect(seen.filter(({ a, b }) => a !== '' || b !== '')).toEqual(expected.map(([a, b]) => ({ a, b })));
    }),
    { numRuns: 200 },
  );
});

test('no written cell begins as a formula does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(csvText([[value]]).replace(/^"/, '')).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

test('whatever bytes come, they are read or refused in our words', async () => {
  const noise = fc.array(fc.constantFrom('a', ',', '"', '\n', '\r', "'", '=', 'é', '\u0000', '__proto__'), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        noise.map((parts) => Buffer.from(parts.join(''))),
        fc.uint8Array(),
      ),
      async (bytes) => {
        const lines = await read(Buffer.concat([Buffer.from('a,b\n'), bytes])).catch((error: unknown) => error);
        expect(Array.isArray(lines) || lines instanceof AppError).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
