#!/bin/bash
# The role of the replicas, which reads and writes rows and changes no table, and the one of who only looks at figures.
# Run at the first start, and by each scripts/up: a volume from before a role was thought of gets it then. A password that
# is there already stays. Migrations run as the owner.
set -euo pipefail
psql -v ON_ERROR_STOP=1 --quiet --no-psqlrc --no-password --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$POSTGRES_USER" --set password="$(< /run/secrets/database_password)" \
  --set monitor="$(< /run/secrets/database_monitor_password)" << 'END'
set client_min_messages = warning;
select format('create role shortstack_app login password %L', :'password')
  where not exists (select from pg_roles where rolname = 'shortstack_app') \gexec
select format('create role shortstack_monitor login password %L in role pg_monitor connection limit 3', :'monitor')
  where not exists (select from pg_roles where rolname = 'shortstack_monitor') \gexec
grant connect on database shortstack to shortstack_app;
alter default privileges for role :"owner" in schema public grant select, insert, update, delete on tables to shortstack_app;
alter default privileges for role :"owner" in schema public grant usage, select, update on sequences to shortstack_app;
create extension if not exists pg_stat_statements;
END
