-- A link with 10 million clicks over a year as the sums that ingestion keeps of it: every hour, the largest number of
-- referrers and of agents that a day takes. The same rows at each run.
-- `npm run bench` runs it, and `psql "$DATABASE_URL" -v url_id=1 -f bench/stats-data.sql` does.
select setseed(0.5);

insert into url_hours (url_id, hour, clicks, bots)
select :url_id, hour, 1000 + floor(random() * 280), floor(random() * 100)
from generate_series(date_trunc('day', now(), 'UTC') - interval '365 days', now(), interval '1 hour') as hour;

insert into url_shares (url_id, day, kind, value, clicks)
select :url_id, day::date, kind, value, floor(24000 / share * (0.9 + random() / 5))
from generate_series(date_trunc('day', now(), 'UTC') - interval '365 days', now(), interval '1 day') as day,
  (select 'referrer', case when n > 0 then 'site-' || n || '.example' else '(other)' end, 150 from generate_series(0, 100) as n
   union all
   select 'agent', case when n > 0 then 'Browser ' || n % 30 || '|System ' || n % 14 || '|Device ' || n % 4 else '(other)' end, 101
   from generate_series(0, 100) as n) as shares (kind, value, share);

insert into url_visitors (url_id, day, visitors)
select :url_id, day::date, floor(20000 + random() * 3000)
from generate_series(date_trunc('day', now(), 'UTC') - interval '365 days', now(), interval '1 day') as day;

insert into url_counters (url_id, slot, clicks) select :url_id, 0, sum(clicks) from url_hours where url_id = :url_id;
vacuum analyze url_hours, url_shares, url_visitors, url_counters;
select clicks from url_counters where url_id = :url_id;
