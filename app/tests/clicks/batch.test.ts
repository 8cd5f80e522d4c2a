import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { batchVersion, decodeBatch, encodeBatch, readBatchId } from '../../src/clicks/batch.ts';
import { createBatchIds } from '../../src/clicks/batch-id.ts';
import { timeOf } from '../../src/clicks/uuid.ts';
import { recordedClick } from './arbitrary.ts';

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
];

const ids = createBatchIds();

const clicks = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    urlId: 1_000_000 + n,
    at: 1_780_000_000_000 + n,
    requestId: n.toString(16).padStart(32, '0'),
    repeated: false,
    visitor: '\u00ff'.repeat(8),
    userAgent: agents[n % 2] ?? '',
    referrer: n % 3 === 0 ? 'news.example.org' : '',
  }));

test('a batch is read back as it was written, under its id', () => {
  fc.assert(
    fc.property(fc.array(recordedClick, { minLength: 1, maxLength: 50 }), (written) => {
      const { id, payload, clicks: count } = encodeBatch(written, ids);
      expect(count).toBe(written.length);
      expect(decodeBatch(payload)).toEqual({ id, clicks: written });
      expect(readBatchId(payload)).toBe(id);
    }),
  );
});

test('ids tell the time at which they were made, and no two are the same', () => {
  const before = Date.now();
  const made = Array.from({ length: 1_000 }, () => encodeBatch(clicks(1), ids).id);
  expect(new Set(made).size).toBe(made.length);
  for (const id of made) expect(timeOf(id)).toBeGreaterThanOrEqual(before);
});

test('with ten clicks a batch, as under load, a click takes at most 100 bytes; with more it takes at most 40', () => {
  expect(encodeBatch(clicks(10), ids).payload.length).toBeLessThanOrEqual(1_000);
  expect(encodeBatch(clicks(100), ids).payload.length).toBeLessThanOrEqual(4_000);
});

test('any part of a batch, and a batch with something after it, is refused', () => {
  const { payload } = encodeBatch(clicks(3), ids);
  for (let size = 0; size < payload.length; size++) {
    expect(() => decodeBatch(payload.subarray(0, size))).toThrow(RangeError);
  }
  expect(() => decodeBatch(Buffer.concat([payload, Buffer.from([0])]))).toThrow(RangeError);
});

test('arbitrary bytes are refused or read, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeBatch(Buffer.from([batchVersion, ...bytes]));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

test('a version that is not known is refused by its number', () => {
  const { payload } = encodeBatch(clicks(1), ids);
  payload[0] = batchVersion + 1;
  expect(readBatchId(payload)).toBeUndefined();
  expect(() => decodeBatch(payload)).toThrow(`version ${batchVersion + 1}`);
});
