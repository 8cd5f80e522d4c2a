import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createReader, createWriter } from '../../src/clicks/bytes.ts';

test('what was written is read back, also when the buffer has to grow', () => {
  const hex = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  const latin1 = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  const signed = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
  const rows = fc.array(fc.tuple(fc.maxSafeNat(), signed, fc.string({ unit: 'grapheme' }), hex, latin1));
  fc.assert(
    fc.property(rows, (values) => {
      const writer = createWriter(4);
      for (const [number, offset, text, digits, bytes] of values) {
        writer.varint(number);
        writer.signed(offset);
        writer.text(text);
        writer.hex(digits);
        writer.latin1(bytes);
      }
      const reader = createReader(writer.take());
      for (const [number, offset, text, digits, bytes] of values) {
        expect(reader.varint()).toBe(number);
        expect(reader.signed()).toBe(offset);
        expect(reader.text()).toBe(text);
        expect(reader.hex(digits.length / 2)).toBe(digits);
        expect(reader.latin1(bytes.length)).toBe(bytes);
      }
      expect(reader.ended()).toBe(true);
    }),
  );
});

test('a number below 128 takes one byte, the largest eight', () => {
  const sizeOf = (value: number): number => {
    const writer = createWriter(16);
    writer.varint(value);
    return writer.take().length;
  };
  expect([0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER].map(sizeOf)).toEqual([1, 1, 2, 5, 8]);
});

test('bytes that end too early, and a number that never ends, are refused', () => {
  expect(() => createReader(Buffer.alloc(0)).varint()).toThrow(RangeError);
  expect(() => createReader(Buffer.from([5, 65])).text()).toThrow(RangeError);
  expect(() => createReader(Buffer.alloc(20, 0xff)).varint()).toThrow(RangeError);
});

test('a taken buffer stays as it is when the writer goes on', () => {
  const writer = createWriter(16);
  writer.text('first');
  const first = writer.take();
  writer.text('other');
  expect(createReader(first).text()).toBe('first');
});
