/** How much a database holds. */
export type Extent = { urls: number; events: number };

/**
 * Statements that fill an empty database with a history as ingestion leaves one: months with tables of their own, clicks on links
 * by Zipf's law (the link of rank n gets the n-th part of what the first gets), and the sums of them. The same at each run,
 * but for the time: the last click is now, and 0.2 s lie between two.
 */
export const historyOf = ({ urls, events }: Extent): string => `
set synchronous_commit = off;
set work_mem = '24MB';
select ensure_event_partition((date_trunc('month', now() at time zone 'UTC') - make_interval(months => back))::date)
  from generate_series(0, (${events} * 0.2 / 86400 / 28)::int + 1) as back;
insert into urls (short_code, original_url, created_at)
  select 'cost' || n, 'https://example.com/' || md5(n::text), now() - interval '90 days' from generate_series(1, ${urls}) n;
insert into events (url_id, event_type, occurred_at, details)
  select first + least(${urls} - 1, floor(exp(ln(${urls}) * ((hashint4(n)::bigint & 2147483647) / 2147483648.0::float8)))::bigint - 1),
    'click', now() - n * interval '200 ms',
    '{"country":"de","browser":"Firefox","os":"Linux","device":"desktop","referrer":"example.com"}'
  from generate_series(1, ${events}) n, (select min(id) as first from urls where short_code like 'cost%') as urls;
insert into url_hours (url_id, hour, clicks, bots)
  select url_id, date_trunc('hour', occurred_at, 'UTC'), count(*), 0 from events where event_type = 'click' group by 1, 2 order by 1, 2;
create temp table days as
  select url_id, (hour at time zone 'UTC')::date as day, sum(clicks) as clicks from url_hours group by 1, 2 order by 1, 2;
insert into url_shares (url_id, day, kind, value, clicks)
  select url_id, day, kind, value, clicks
  from days, (values ('agent', 'Firefox|Linux|desktop'), ('referrer', 'example.com')) as share (kind, value);
insert into url_counters (url_id, slot, clicks) select url_id, 0, sum(clicks) from url_hours group by 1 order by 1;
vacuum (analyze) urls, events, url_hours, url_shares, url_counters;
checkpoint;`;
