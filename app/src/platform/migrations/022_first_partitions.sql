-- This month and the next two are there from the first event on. A month that gets its partition later takes its rows out
-- of the default one, and a query that was planned before that and runs after it misses them once.
select ensure_event_partition((date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead))::date)
from generate_series(0, 2) as ahead;
