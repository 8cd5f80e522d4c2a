-- Indexes of the lists' filters.

create extension if not exists pg_trgm;

-- Serves: GET /urls?q, a part of the address, without http://, or of the title. It is the dearest part of an insert, so
-- nothing is in it that all rows have or another index serves. The pending list gathers inserts, which halves their
-- work, and is short, so that the insert that has to flush it does not wait long.
create index urls_search_idx on urls using gin
  ((substr(original_url, 8) || ' ' || coalesce(title, '')) gin_trgm_ops) with (gin_pending_list_limit = 2048);
-- Serves: GET /urls?is_active=false. Most are active, and those need no index to be found.
create index urls_inactive_idx on urls (id) where not is_active;

-- Serves: GET /events?event_type for what is not a click. Most events are clicks, and those need no index to be found.
create index events_type_id_idx on events (event_type, id) where event_type <> 'click';
-- Serves: GET /events?from&to. Events come nearly in order of time, so that a range of time is a range of pages.
create index events_occurred_at_idx on events using brin (occurred_at) with (autosummarize = on);
