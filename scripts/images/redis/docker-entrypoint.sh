#!/bin/sh
# The upstream image's contract: a first argument '-x' or '*.conf' is one of the server's; root becomes redis;
# protected mode is off unless configured, for the container's network is the fence.
set -e
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then set -- redis-server "$@"; fi
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' +
  exec gosu redis "$0" "$@"
fi
umask 0077
if [ "$1" = redis-server ]; then
  case "${2:-}" in
    *.conf) config=$2 ;;
    *) config=/dev/null ;;
  esac
  if ! grep -qiE '^ *(protected-mode|include)' "$config"; then
    case " $* " in
      *' --protected-mode '*) ;;
      *)
        [ $# -gt 1 ] || set -- "$@" --save 3600 1 300 100 60 10000
        set -- "$@" --protected-mode no
        ;;
    esac
  fi
fi
exec "$@"
