import { expect, test } from '@jest/globals';
import { createReader, createWriter } from '../../src/clicks/bytes.ts';
import { readRequestId, writeRequestId } from '../../src/clicks/request-id.ts';

test.each([
  ['0123456789abcdef0123456789abcdef', 17],
  ['6f513b1a-0bd2-435b-80ab-11cf77eebb0d', 17],
  ['0123456789ABCDEF0123456789ABCDEF', 34],
  ['6F513B1A-0bd2-435b-80ab-11cf77eebb0d', 38],
  ['mine', 6],
])('%s comes back as it was, in %d bytes', (requestId, size) => {
  for (const repeated of [false, true]) {
    const writer = createWriter(64);
    writeRequestId(writer, { requestId, repeated });
    const bytes = writer.take();
    if (!repeated) expect(bytes.length).toBe(size);
    expect(readRequestId(createReader(bytes))).toEqual({ requestId, repeated });
  }
});

test('a repeated one is an id to a release that does not know of them', () => {
  const writer = createWriter(64);
  writeRequestId(writer, { requestId: 'mine', repeated: true });
  expect(writer.take()).toEqual(Buffer.from([0, 5, ...Buffer.from('!mine')]));
});

test('a kind that does not exist is refused', () => {
  expect(() => readRequestId(createReader(Buffer.from([7, 0])))).toThrow(RangeError);
});
