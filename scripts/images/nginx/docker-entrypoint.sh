#!/bin/sh
# The upstream image's contract: run /docker-entrypoint.d/*.envsh and *.sh, fill in /etc/nginx/templates/*.template with
# the environment (defined variables only, filtered by NGINX_ENVSUBST_FILTER), then become the command.
set -e
run_hooks() {
  for hook in /docker-entrypoint.d/*; do
    [ -x "$hook" ] || continue
    # shellcheck source=/dev/null
    case "$hook" in
      *.envsh) . "$hook" ;;
      *.sh) "$hook" ;;
    esac
  done
}
fill_templates() {
  from=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
  to=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
  suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
  if [ ! -d "$from" ] || [ ! -w "$to" ]; then return 0; fi
  names=$(env | cut -d= -f1 | grep -E "${NGINX_ENVSUBST_FILTER:-}" | sed 's/.*/${&}/' | tr '\n' ' ')
  find "$from" -follow -type f -name "*$suffix" | while read -r template; do
    output=$to/${template#"$from"/}
    output=${output%"$suffix"}
    mkdir -p "$(dirname "$output")"
    envsubst "$names" < "$template" > "$output"
  done
}
case "$1" in
  nginx | nginx-debug) run_hooks && fill_templates ;;
esac
exec "$@"
