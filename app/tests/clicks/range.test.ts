import { expect, test } from '@jest/globals';
import { daysOf, rangeOf, startsOf } from '../../src/clicks/range.ts';

const now = new Date('2026-03-10T12:34:56.789Z');
const shown = ({ from, to }: { from: Date; to: Date }) => [from.toISOString(), to.toISOString()];

test('with nothing asked it is the last 30 days, today among them, or 48 hours', () => {
  expect(shown(rangeOf({ interval: 'day' }, now))).toEqual(['2026-02-09T00:00:00.000Z', '2026-03-11T00:00:00.000Z']);
  expect(shown(rangeOf({ interval: 'hour' }, now))).toEqual(['2026-03-08T13:00:00.000Z', '2026-03-10T13:00:00.000Z']);
});

test('it is widened to whole hours or days', () => {
  const asked = { from: new Date('2026-03-01T10:59:59Z'), to: new Date('2026-03-02T00:00:01Z') };
  expect(shown(rangeOf({ interval: 'hour', ...asked }, now))).toEqual([
    '2026-03-01T10:00:00.000Z',
    '2026-03-02T01:00:00.000Z',
  ]);
  const range = rangeOf({ interval: 'day', ...asked }, now);
  expect(shown(range)).toEqual(['2026-03-01T00:00:00.000Z', '2026-03-03T00:00:00.000Z']);
  expect(startsOf(range)).toHaveLength(2);
  expect(shown(daysOf(rangeOf({ interval: 'hour', ...asked }, now)))).toEqual(shown(range));
});

test.each([
  ['day', '2026-03-02', '2026-03-01'],
  ['day', '2024-01-01', '2026-03-01'],
  ['hour', '2026-01-01', '2026-03-01'],
] as const)('by %s from %s to %s is refused', (interval, from, to) => {
  const ask = () => rangeOf({ interval, from: new Date(from), to: new Date(to) }, now);
  expect(ask).toThrow(expect.objectContaining({ code: 'malformed' }));
});

test('a whole leap year by day and a whole month by hour are answered', () => {
  const year = { from: new Date('2024-01-01'), to: new Date('2025-01-01') };
  expect(startsOf(rangeOf({ interval: 'day', ...year }, now))).toHaveLength(366);
  const month = { from: new Date('2024-01-01'), to: new Date('2024-02-01') };
  expect(startsOf(rangeOf({ interval: 'hour', ...month }, now))).toHaveLength(744);
});
