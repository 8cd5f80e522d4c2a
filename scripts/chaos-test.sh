#!/bin/sh
exec "$(dirname "$0")/run-verb" chaos-test "$@"
