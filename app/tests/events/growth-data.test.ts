import { expect, test } from '@jest/globals';
import { makeUrls, spreadOver } from '../../../bench/data.ts';
import { makeVolume } from '../../../bench/growth-data.ts';
import { query } from '../support/query.ts';
import { createTestDatabase } from '../support/stores.ts';

test.each([
  { urls: 1_000, events: 0 },
  { urls: 3_000, events: 5_000 },
])(
  'whatever a database holds, one link of it has as many clicks, and is none of those that are followed: %j',
  async (volume) => {
    await using database = await createTestDatabase();
    const { url } = database;
    const { codes, own } = await makeVolume(url, volume, 500);
    expect(codes).toHaveLength(500);
    expect(codes).not.toContain('ownclicks');
    const [all] = await query(url, 'select count(*)::int as events from events');
    expect(all).toEqual({ events: volume.events + 1_000 });
    const of = `(select count(*)::int from events where url_id = ${own})`;
    const [one] = await query(url, `select clicks::int, ${of} as events from url_counters where url_id = ${own}`);
    expect(one).toEqual({ clicks: 1_000, events: 1_000 });
    // Whenever it runs: on another day of a month they would lie in other partitions.
    const of60Days = `occurred_at >= '2025-05-02 UTC' and occurred_at < '2025-07-01 UTC'`;
    expect(await query(url, `select 1 from events where not (${of60Days})`)).toEqual([]);
    expect(await query(url, 'select 1 from events_default')).toEqual([]);
  },
);

test('the popular links of a benchmark are spread over the table, the most popular first', async () => {
  await using database = await createTestDatabase();
  const codes = await makeUrls(database.url, 1_000, 100);
  expect(new Set(codes).size).toBe(100);
  const rows = await query(database.url, 'select id::int, short_code as code from urls');
  const ids = new Map((rows as { id: number; code: string }[]).map(({ id, code }) => [code, id]));
  expect(codes.map((code) => ids.get(code))).toEqual(spreadOver(1_000, 100));
});
