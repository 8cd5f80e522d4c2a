import fc from 'fast-check';
import type { RecordedClick } from '../../src/clicks/click.ts';

const hexDigit = fc.constantFrom(...'0123456789abcdef');
const requestId = fc.oneof(
  fc.string({ unit: hexDigit, minLength: 32, maxLength: 32 }),
  fc.uuid(),
  fc.string({ unit: fc.constantFrom(...'abcXYZ019._-'), minLength: 1, maxLength: 128 }),
);
const visitor = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

/** Moments of three days in 2026. */
const start = Date.UTC(2026, 2, 1);
export const moment = fc.integer({ min: start, max: start + 3 * 86_400_000 - 1 });

/** A click as it leaves the process. */
export const recordedClick: fc.Arbitrary<RecordedClick> = fc.record({
  urlId: fc.oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.maxSafeNat().filter((n) => n > 0),
  ),
  at: moment,
  requestId,
  repeated: fc.boolean(),
  visitor,
  userAgent: fc.oneof(fc.constantFrom('', 'curl/8.1', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/127.0'), fc.string()),
  referrer: fc.constantFrom('', 'example.com', 'news.example.org'),
});
