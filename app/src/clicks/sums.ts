import { type RawBuilder, sql } from 'kysely';
import { mostValues, otherValue } from './rollup.ts';

type Moment = RawBuilder<unknown>;

/** Clicks in the history from a moment on, by url and hour: what url_hours should say. */
export const eventHours = (from: Moment) => sql`
  select url_id, date_trunc('hour', occurred_at, 'UTC') as hour, count(*) as clicks,
         count(*) filter (where details->>'bot' = 'true') as bots
  from events where event_type = 'click' and url_id is not null and occurred_at >= ${from} group by 1, 2`;

/** People's clicks in the history from a moment on, by url, day and agent or referrer: what url_shares should say. */
export const eventShares = (from: Moment) => sql`
  with people as (
    select url_id, (occurred_at at time zone 'UTC')::date as day, details
    from events where event_type = 'click' and url_id is not null and occurred_at >= ${from}
    and details->>'bot' is distinct from 'true'
  ), shares as (
    select url_id, day, kind, value, count(*) as clicks
    from people, lateral (values
      ('agent', concat_ws('|', coalesce(details->>'browser', 'Other'), coalesce(details->>'os', 'Other'),
                          coalesce(details->>'device', 'Other'))),
      ('referrer', nullif(details->>'referrer', ''))
    ) as share (kind, value)
    where value is not null group by url_id, day, kind, value
  ), placed as (
    select *, row_number() over (partition by url_id, day, kind order by clicks desc, value) as place from shares
  ), bounded as (
    select url_id, day, kind, case when place <= ${mostValues} then value else ${otherValue} end as value, clicks
    from placed
  )
  select url_id, day, kind, value, sum(clicks) as clicks from bounded group by 1, 2, 3, 4`;

const hour = sql`to_char(hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24"Z"')`;

/** Hours whose sums are not those of the history. */
export const differingHours = (from: Moment) => sql`
  select url_id, 'clicks of the hour ' || ${hour} as what, seen.clicks as expected, kept.clicks as found
  from (${eventHours(from)}) as seen
  full join (select * from url_hours where hour >= ${from}) as kept using (url_id, hour)
  where coalesce(seen.clicks, 0) <> coalesce(kept.clicks, 0)
  union all
  select url_id, 'bots of the hour ' || ${hour}, seen.bots, kept.bots
  from (${eventHours(from)}) as seen join url_hours as kept using (url_id, hour) where seen.bots <> kept.bots`;

/** Days whose shares do not sum to those of the history. */
export const differingShares = (from: Moment) => sql`
  select url_id, kind || ' shares of ' || day as what, seen.clicks as expected, kept.clicks as found
  from (select url_id, day, kind, sum(clicks) as clicks from (${eventShares(from)}) as shares group by 1, 2, 3) as seen
  full join (select url_id, day, kind, sum(clicks) as clicks from url_shares
             where day >= (${from} at time zone 'UTC')::date group by 1, 2, 3) as kept using (url_id, day, kind)
  where coalesce(seen.clicks, 0) <> coalesce(kept.clicks, 0)`;

/** Urls whose click_count is not the sum of their hours, of all time. */
export const differingCounters = () => sql`
  select url_id, 'click_count' as what, hours.clicks as expected, counters.clicks as found
  from (select url_id, sum(clicks) as clicks from url_hours group by 1) as hours
  full join (select url_id, sum(clicks) as clicks from url_counters group by 1) as counters using (url_id)
  where coalesce(hours.clicks, 0) <> coalesce(counters.clicks, 0)`;
