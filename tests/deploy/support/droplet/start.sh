#!/bin/bash
# What an init system does at a boot: sshd, and the engine once it is installed.
set -u
mount --make-rshared /
install -d /run/sshd
ssh-keygen -A > /dev/null
rm -f /var/run/docker.pid
/usr/sbin/sshd
[ -e /etc/shortstack/firewall.nft ] && nft -f /etc/shortstack/firewall.nft
trap 'kill "$(cat /var/run/docker.pid)"; wait; exit 0' TERM
while :; do
  # Not in the middle of its installation: without the group the socket would belong to another one.
  if command -v dockerd > /dev/null && getent group docker > /dev/null && ! pgrep -x dockerd > /dev/null; then dockerd > /var/log/dockerd.log 2>&1 & fi
  sleep 1 &
  wait $!
done
