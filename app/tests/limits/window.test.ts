import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressGroup, type Counts, slotMilliseconds, slots, take } from '../../src/limits/window.ts';

const minute = 60_000;
const memory = (slots + 1) * slotMilliseconds;

/** Times of requests: bursts and pauses, in order. */
const arrivals = fc
  .array(fc.oneof(fc.nat(50), fc.nat(5_000), fc.nat(70_000)), { minLength: 1, maxLength: 300 })
  .map((gaps) => {
    let now = 1_700_000_000_000;
    return gaps.map((gap) => {
      now += gap;
      return now;
    });
  });

function admitted(times: readonly number[], limit: number): number[] {
  const counts: Counts = new Map();
  return times.filter((now) => take(counts, now, limit).allowed);
}

test('whatever the times, no 60 s let in more than the limit', () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 20 }), (times, limit) => {
      const let_in = admitted(times, limit);
      for (const start of let_in) {
        expect(let_in.filter((time) => time >= start && time < start + minute).length).toBeLessThanOrEqual(limit);
      }
    }),
  );
});

test('who had fewer than the limit in the last 62 s is let in', () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 20 }), (times, limit) => {
      const counts: Counts = new Map();
      const before: number[] = [];
      for (const now of times) {
        const recent = before.filter((time) => time > now - memory).length;
        const { allowed } = take(counts, now, limit);
        if (recent < limit) expect(allowed).toBe(true);
        if (allowed) before.push(now);
      }
    }),
  );
});

test('who waits as long as he is told to is let in, and who does not is refused', () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 10 }), (times, limit) => {
      const counts: Counts = new Map();
      for (const now of times) {
        const { allowed, reset, remaining } = take(counts, now, limit);
        expect(reset).toBeGreaterThan(0);
        if (allowed) continue;
        expect(remaining).toBe(0);
        expect(take(new Map(counts), now + reset - 1, limit).allowed).toBe(false);
        expect(take(new Map(counts), now + reset, limit).allowed).toBe(true);
      }
    }),
  );
});

test('a window never holds more slots than it has', () => {
  const counts: Counts = new Map();
  for (let now = 0; now < 10 * minute; now += 500) take(counts, now, 1_000_000);
  expect(counts.size).toBeLessThanOrEqual(slots + 1);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('the address %s is limited as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
