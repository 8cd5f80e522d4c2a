import { expect, test } from '@jest/globals';
import { rangeOf } from '../../src/clicks/range.ts';
import { presentStats, stats } from '../../src/clicks/stats.ts';

test('hours without clicks are there with 0, totals are those of the series, no referrer is called direct', () => {
  const start = Date.UTC(2026, 2, 1);
  const range = rangeOf({ interval: 'hour', from: new Date(start), to: new Date(start + 3 * 3_600_000) }, new Date());
  const presented = presentStats(7, range, {
    hours: [
      { start, clicks: 3, bots: 1 },
      { start: start + 7_200_000, clicks: 2, bots: 0 },
    ],
    visitors: [{ day: '2026-03-01', visitors: 2 }],
    shares: [
      { kind: 'referrer', value: '', clicks: 3 },
      { kind: 'referrer', value: 'example.com', clicks: 1 },
      { kind: 'os', value: 'Linux', clicks: 4 },
    ],
  });
  expect(stats.parse(presented)).toEqual(presented);
  expect(presented).toMatchObject({ url_id: 7, clicks: 5, bots: 1 });
  expect(presented.series.map(({ clicks }) => clicks)).toEqual([3, 0, 2]);
  expect(presented.unique_visitors).toEqual([{ day: '2026-03-01', visitors: 2 }]);
  expect(presented.referrers).toEqual([
    { value: '(direct)', clicks: 3 },
    { value: 'example.com', clicks: 1 },
  ]);
  expect(presented.os).toEqual([{ value: 'Linux', clicks: 4 }]);
  expect(presented.browsers).toEqual([]);
});
