-- Uses of links that have max_clicks, and only of these: counted before the redirect, so that the limit is exact.
-- granted is what the last statement was given of the uses that it asked for.
create table url_uses (
  url_id bigint primary key references urls (id) on delete cascade,
  uses bigint not null,
  granted bigint not null
);

-- One row. Part of what every shared cache entry is stamped with: it moves when a change could not be told to the
-- cache, and no entry from before counts any more.
create table cache_epoch (
  one boolean primary key default true check (one),
  epoch bigint not null
);
insert into cache_epoch (epoch) values (1);
