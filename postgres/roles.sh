#!/bin/bash
# At the first start: the role of the replicas, which reads and writes rows and changes no table, and the one of who only
# looks at figures. Migrations run as the owner.
set -euo pipefail
psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set owner="$POSTGRES_USER" --set password="$(< /run/secrets/database_password)" \
  --set monitor="$(< /run/secrets/database_monitor_password)" << 'END'
create role shortstack_app login password :'password';
create role shortstack_monitor login password :'monitor' in role pg_monitor connection limit 3;
grant connect on database shortstack to shortstack_app;
alter default privileges for role :"owner" in schema public grant select, insert, update, delete on tables to shortstack_app;
alter default privileges for role :"owner" in schema public grant usage, select, update on sequences to shortstack_app;
create extension if not exists pg_stat_statements;
END
