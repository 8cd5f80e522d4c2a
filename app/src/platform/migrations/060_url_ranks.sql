-- Urls in the order of their clicks. One folder writes these: clicks.

-- What click_count was when it was last looked at. Counters themselves have no index on their number: each click would
-- move its entry.
create table url_ranks (
  url_id bigint primary key,
  clicks bigint not null
);
-- Serves: GET /urls?sort=clicks.
create index url_ranks_clicks_idx on url_ranks (clicks, url_id);

-- How far the round through all urls is that follows the counters: one row, held by whichever replica takes a step.
create table url_ranking (
  one boolean primary key default true check (one),
  -- The last url of the step before; of a round that is over, 0.
  reached bigint not null default 0,
  began_at timestamptz,
  -- Null while a round is under way, and before the first.
  ended_at timestamptz
);
insert into url_ranking default values;
