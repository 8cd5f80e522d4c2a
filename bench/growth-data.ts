import pg from 'pg';
import { makeUrls } from './data.ts';

/** How much a database holds. */
export type Volume = { urls: number; events: number };

const step = 500_000;
const daysOfEvents = 60;

/** Clicks as ingestion stores them, spread by a hash of the number over the urls and the last 60 days: the same in every run. */
const events = `
  insert into events (occurred_at, url_id, event_type, details)
  select date_trunc('day', now()) - (hashint4(n) & 65535) * interval '1 day' * ${daysOfEvents} / 65536,
         1 + (hashint8(n)::bigint & 2147483647) % $3, 'click',
         jsonb_build_object('request_id', md5(n::text), 'browser', 'Chrome', 'os', 'Linux', 'device', 'desktop', 'visitor', n % 1000)
  from generate_series($1::int, $2::int) as n`;
const sums = [
  `insert into url_hours (url_id, hour, clicks, bots)
   select url_id, date_trunc('hour', occurred_at, 'UTC'), count(*), 0 from events where event_type = 'click' group by 1, 2`,
  'insert into url_counters (url_id, slot, clicks) select url_id, 0, sum(clicks) from url_hours group by 1',
];
const months = `
  select ensure_event_partition((date_trunc('month', now() at time zone 'UTC') - make_interval(months => back))::date)
  from generate_series(0, 2) as back`;

async function makeEvents(client: pg.Client, { urls, events: count }: Volume): Promise<void> {
  if (count === 0) return;
  await client.query(months);
  for (let from = 1; from <= count; from += step)
    await client.query(events, [from, Math.min(from + step - 1, count), urls]);
  for (const each of sums) await client.query(each);
  await client.query('vacuum (analyze) events, url_hours, url_counters');
}

/** Fills the database, and answers `popular` codes that are spread over all of it. */
export async function makeVolume(url: string, volume: Volume, popular: number): Promise<string[]> {
  await makeUrls(url, volume.urls, 1);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await makeEvents(client, volume);
    await client.query('checkpoint');
    const apart = Math.max(1, Math.floor(volume.urls / popular));
    const codes = 'select short_code from urls where id % $1 = 0 order by id limit $2';
    const { rows } = await client.query<{ short_code: string }>(codes, [apart, popular]);
    return rows.map((row) => row.short_code);
  } finally {
    await client.end();
  }
}
