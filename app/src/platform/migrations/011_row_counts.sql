-- How many rows the big tables have, so that a list's exact total does not count a million of them. Kept by triggers
-- on each statement, whoever writes. A slot by connection: writers hardly ever wait for one row.

create table row_counts (
  table_name text not null,
  slot integer not null,
  rows bigint not null,
  primary key (table_name, slot)
) with (fillfactor = 50);

create function count_rows() returns trigger language plpgsql as $$
declare
  delta bigint;
begin
  if tg_op = 'INSERT' then
    select count(*) into delta from inserted;
  elsif tg_op = 'DELETE' then
    select -count(*) into delta from deleted;
  else
    delete from row_counts where table_name = tg_table_name;
    return null;
  end if;
  if delta <> 0 then
    insert into row_counts (table_name, slot, rows) values (tg_table_name, pg_backend_pid() % 1024, delta)
    on conflict (table_name, slot) do update set rows = row_counts.rows + excluded.rows;
  end if;
  return null;
end
$$;

create trigger count_inserted after insert on urls
  referencing new table as inserted for each statement execute function count_rows();
create trigger count_deleted after delete on urls
  referencing old table as deleted for each statement execute function count_rows();
create trigger count_truncated after truncate on urls for each statement execute function count_rows();

create trigger count_inserted after insert on users
  referencing new table as inserted for each statement execute function count_rows();
create trigger count_deleted after delete on users
  referencing old table as deleted for each statement execute function count_rows();
create trigger count_truncated after truncate on users for each statement execute function count_rows();

insert into row_counts select 'urls', 0, count(*) from urls;
insert into row_counts select 'users', 0, count(*) from users;
