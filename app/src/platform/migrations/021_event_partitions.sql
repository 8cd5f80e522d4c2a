-- A month of events is a table of its own, made ahead and dropped when it is too old. Functions of the schema's owner, as
-- replicas connect as a role that may read and write rows and no more.

-- Makes the partition of the month that a day is in, and moves there what the default partition has of it. Answers
-- whether it was missing.
create function ensure_event_partition(day date) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  month date := date_trunc('month', day);
  partition text := 'events_' || to_char(month, 'YYYY_MM');
  first timestamptz := month::timestamp at time zone 'UTC';
  after timestamptz := (month + interval '1 month')::timestamp at time zone 'UTC';
begin
  if to_regclass(partition) is not null then return false; end if;
  set local lock_timeout = '2s';
  lock table events in share update exclusive mode;
  lock table events_default in access exclusive mode;
  execute format('create table %I (like events including all)', partition);
  execute format('with moved as (delete from events_default where occurred_at >= $1 and occurred_at < $2 returning *)
                  insert into %I select * from moved', partition) using first, after;
  execute format('alter table events attach partition %I for values from (%L) to (%L)', partition, first, after);
  return true;
end
$$;

-- Drops the partitions of the months before the one that a day is in. Answers how many those were.
create function drop_event_partitions(day date) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  kept text := 'events_' || to_char(day, 'YYYY_MM');
  partition text;
  dropped integer := 0;
begin
  set local lock_timeout = '2s';
  for partition in
    select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'events'::regclass and relname ~ '^events_\d{4}_\d{2}$' and relname < kept
  loop
    execute format('drop table %I', partition);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;
