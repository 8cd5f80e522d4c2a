#!/bin/bash
# The roles of the replicas, which read and write rows and change no table, and the one of who only looks at figures.
# Run at the first start, and by each scripts/up and scripts/deploy: a volume from before a role was thought of gets it
# then. Nobody can log in as one before scripts/src/roles has given it a password. Migrations run as the owner.
set -euo pipefail
# Also while a copy is made of the database, which takes no other changes then.
export PGOPTIONS='-c default_transaction_read_only=off'
psql -v ON_ERROR_STOP=1 --quiet --no-psqlrc --no-password --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$POSTGRES_USER" << 'END'
set client_min_messages = warning;
select 'create role shortstack_app login'
  where not exists (select from pg_roles where rolname = 'shortstack_app') \gexec
select 'create role shortstack_app_2 login in role shortstack_app'
  where not exists (select from pg_roles where rolname = 'shortstack_app_2') \gexec
select 'create role shortstack_monitor login in role pg_monitor connection limit 3'
  where not exists (select from pg_roles where rolname = 'shortstack_monitor') \gexec
grant connect on database shortstack to shortstack_app;
alter default privileges for role :"owner" in schema public grant select, insert, update, delete on tables to shortstack_app;
alter default privileges for role :"owner" in schema public grant usage, select, update on sequences to shortstack_app;
create extension if not exists pg_stat_statements;
END
