-- Answers what is run on its own before the migration: an index for each partition, made while others write. The
-- migration finds them there and holds up nobody. What a run before this one left half made is made anew.
with wanted as (
  select relid as partition, relid::regclass || '_url_id_type_id_idx' as name
  from pg_partition_tree('events') where isleaf
), broken as (
  select name from wanted join pg_index on indexrelid = to_regclass(name) where not indisvalid
)
select format('drop index concurrently %s', name) as statement from broken
union all
select format('create index concurrently if not exists %s on %s (url_id, event_type, id)
                 where event_type <> ''click'' and url_id is not null', name, partition) from wanted
