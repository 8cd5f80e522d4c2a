-- What happened to a link beside its clicks, however many of those there are.

-- Serves: GET /events?url_id&event_type for what is not a click, as the dashboard asks for each link. Most events are
-- clicks, and those are not in it.
create index events_url_id_type_id_idx on events (url_id, event_type, id)
  where event_type <> 'click' and url_id is not null;
