#!/bin/sh
# The upstream image's contract: a first argument '-x' or '*.conf' is one of the server's; root becomes valkey;
# protected mode is off unless configured, for the container's network is the fence.
set -e
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then set -- valkey-server "$@"; fi
if [ "$1" = valkey-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user valkey -exec chown valkey '{}' +
  exec gosu valkey "$0" "$@"
fi
umask 0077
if [ "$1" = valkey-server ]; then
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
