#!/bin/sh
# Fills in the templates anew in the running container and has nginx read them: no connection is lost. Where nothing has
# changed it does nothing; what nginx refuses is put back, and the exit code is 1.
set -eu
folder=/etc/nginx/conf.d
work=$(mktemp -d /var/cache/nginx/templates.XXXXXX)
trap 'rm -rf "$work"' EXIT
mkdir "$work/new" "$work/old"

# As the image's entry point does: variables of the environment, and none of nginx's own.
# shellcheck disable=SC2016,SC2046  # names for envsubst, one word each
names=$(printf '${%s} ' $(awk 'END { for (name in ENVIRON) print name }' < /dev/null))
for template in /etc/nginx/templates/*.template; do
  name=$(basename "$template" .template)
  envsubst "$names" < "$template" > "$work/new/$name"
done
if diff -r "$work/new" "$folder" > /dev/null; then exit 0; fi

cp "$folder"/* "$work/old/"
cp "$work/new"/* "$folder/"
if nginx -t; then
  kill -HUP "$(cat /run/nginx.pid)"
  echo 'nginx has the templates as they are now'
else
  cp "$work/old"/* "$folder/"
  exit 1
fi
