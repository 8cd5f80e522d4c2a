#!/bin/sh
# nginx writes its logs to files in memory, and this hands them on to Docker. Written to Docker itself, they would stop
# nginx as soon as Docker does not read them (hung, or being updated) and its pipe is full: with 500 lines a second after
# half a second, with every request waiting. Here only the relay waits; what the files have no room for is lost.
set -eu
folder=/var/log/edge
: > "$folder/access.log"
: > "$folder/error.log"

# What tail itself says is of no use: that a file was emptied.
follow() { while :; do tail -n 0 -F "$folder/$1.log" 2> /dev/null || sleep 1; done; }
follow access < /dev/null &
follow error < /dev/null >&2 &

empty_full_ones() { while sleep 1; do find "$folder" -size +3M -exec truncate -s 0 {} +; done; }
empty_full_ones < /dev/null > /dev/null 2>&1 &
