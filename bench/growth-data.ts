import pg from 'pg';
import { makeUrls } from './data.ts';

/** How much a database holds, but for one link with 1,000 clicks that every one has. */
export type Volume = { urls: number; events: number };

const step = 500_000;
/** The day on which the clicks end. None of today: another day of a month would lie in other partitions. */
const lastDay = '2025-07-01';
const daysOfEvents = 60;
const ownClicks = 1_000;

/** The last 30 days of clicks, as statistics usually show them. */
export const statsRange = { from: '2025-06-01T00:00:00Z', to: `${lastDay}T00:00:00Z` };

/**
 * Clicks as ingestion stores them, spread by a hash of the number over so many urls from one on and 60 days: the same in
 * every run.
 */
const events = `
  insert into events (occurred_at, url_id, event_type, details)
  select timestamptz '${lastDay} UTC' - ((hashint4(n) & 65535) + 1) * interval '1 day' * ${daysOfEvents} / 65536,
         $4::bigint + (hashint8(n)::bigint & 2147483647) % $3::bigint, 'click',
         jsonb_build_object('request_id', md5(n::text), 'browser', 'Chrome', 'os', 'Linux', 'device', 'desktop', 'visitor', n % 1000)
  from generate_series($1::int, $2::int) as n`;
const sums = [
  `insert into url_hours (url_id, hour, clicks, bots)
   select url_id, date_trunc('hour', occurred_at, 'UTC'), count(*), 0 from events where event_type = 'click' group by 1, 2`,
  'insert into url_counters (url_id, slot, clicks) select url_id, 0, sum(clicks) from url_hours group by 1',
];
const months = `
  select ensure_event_partition((date_trunc('month', date '${lastDay}') - make_interval(months => back))::date)
  from generate_series(0, 2) as back`;

const own = `
  insert into urls (short_code, original_url, title) values ('ownclicks', 'https://example.com/own', 'Own') returning id`;

/** A link with as many clicks in every database: what is looked at must not differ, only what lies beside it. Answers its id. */
async function makeOwn(client: pg.Client): Promise<number> {
  const [row] = (await client.query<{ id: string }>(own)).rows;
  await client.query(events, [1, ownClicks, 1, row?.id]);
  return Number(row?.id);
}

async function makeEvents(client: pg.Client, { urls, events: count }: Volume): Promise<number> {
  await client.query(months);
  const id = await makeOwn(client);
  for (let from = 1; from <= count; from += step)
    await client.query(events, [from, Math.min(from + step - 1, count), urls, 1]);
  for (const each of sums) await client.query(each);
  await client.query('vacuum (analyze) events, url_hours, url_counters');
  return id;
}

/** Fills the database; answers `popular` codes that are spread over all of it, and the link with clicks of its own. */
export async function makeVolume(
  url: string,
  volume: Volume,
  popular: number,
): Promise<{ codes: string[]; own: number }> {
  await makeUrls(url, volume.urls, 1);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const id = await makeEvents(client, volume);
    await client.query('checkpoint');
    const apart = Math.max(1, Math.floor(volume.urls / popular));
    const codes = 'select short_code from urls where id % $1 = 0 order by id limit $2';
    const { rows } = await client.query<{ short_code: string }>(codes, [apart, popular]);
    return { codes: rows.map((row) => row.short_code), own: id };
  } finally {
    await client.end();
  }
}
