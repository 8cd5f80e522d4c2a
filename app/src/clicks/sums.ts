import { type RawBuilder, sql } from 'kysely';
import { mostReferrers, otherValue } from './rollup.ts';

/** Clicks in the history from a moment on, by url and hour: what url_hours should say. */
export const eventHours = (from: RawBuilder<unknown>) => sql`
  select url_id, date_trunc('hour', occurred_at, 'UTC') as hour, count(*) as clicks,
         count(*) filter (where details->>'bot' = 'true') as bots
  from events where event_type = 'click' and url_id is not null and occurred_at >= ${from} group by 1, 2`;

/** People's clicks in the history from a moment on, by url, day and what is known of them: what url_shares should say. */
export const eventShares = (from: RawBuilder<unknown>) => sql`
  with people as (
    select url_id, (occurred_at at time zone 'UTC')::date as day, details
    from events where event_type = 'click' and url_id is not null and occurred_at >= ${from}
    and details->>'bot' is distinct from 'true'
  ), shares as (
    select url_id, day, kind, value, count(*) as clicks
    from people, lateral (values
      ('browser', coalesce(details->>'browser', 'Other')), ('os', coalesce(details->>'os', 'Other')),
      ('device', coalesce(details->>'device', 'Other')), ('referrer', coalesce(details->>'referrer', ''))
    ) as share (kind, value)
    group by url_id, day, kind, value
  ), placed as (
    select *, row_number() over (partition by url_id, day, kind order by clicks desc, value) as place from shares
  ), bounded as (
    select url_id, day, kind, case when place <= ${mostReferrers} then value else ${otherValue} end as value, clicks
    from placed
  )
  select url_id, day, kind, value, sum(clicks) as clicks from bounded group by 1, 2, 3, 4`;
