#!/bin/sh
# Writes Alertmanager's configuration from the settings, then becomes the program that is named: start.sh PROGRAM [ARGS…]
#   SMTP_HOST, SMTP_PORT, SMTP_TLS (on, off), SMTP_USER, SMTP_FROM, SMTP_TO: mail, when there is a host and somebody to write to
#   /run/secrets/smtp_password, discord_webhook_url, heartbeat_url: files, each may be empty or missing
# What is secret goes into a file in memory that nobody else may read; nothing of it is printed.
set -eu
umask 077
here=${CONFIG_FOLDER:-/etc/alertmanager}
secrets=${SECRETS_FOLDER:-/run/secrets}
config=${CONFIG_FILE:-/tmp/alertmanager.yml}

# Not echo, which some shells let read backslashes.
line() { printf '%s\n' "$1"; }
secret() { if [ -r "$secrets/$1" ]; then tr -d '\r\n' < "$secrets/$1"; fi; }
# A text in double quotes, as YAML has them.
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g')"; }

discord=$(secret discord_webhook_url)
heartbeat=$(secret heartbeat_url)
password=$(secret smtp_password)
if [ "${SMTP_TLS:-on}" = off ]; then tls=false; else tls=true; fi

mail() {
  line '    email_configs:'
  line '      - send_resolved: true'
  line "        to: $(quoted "$SMTP_TO")"
  line "        from: $(quoted "${SMTP_FROM:-$SMTP_TO}")"
  line "        smarthost: $(quoted "$SMTP_HOST:${SMTP_PORT:-587}")"
  line "        require_tls: $tls"
  if [ -n "${SMTP_USER:-}" ]; then
    line "        auth_username: $(quoted "$SMTP_USER")"
    line "        auth_password: $(quoted "$password")"
  fi
  line "        headers: { Subject: '{{ template \"shortstack.subject\" . }}' }"
  line "        text: '{{ template \"shortstack.text\" . }}'"
  line "        html: '{{ template \"shortstack.html\" . }}'"
}

chat() {
  line '    discord_configs:'
  line '      - send_resolved: true'
  line "        webhook_url: $(quoted "$discord")"
  line "        title: '{{ template \"shortstack.subject\" . }}'"
  line "        message: '{{ template \"shortstack.text\" . }}'"
}

beat() {
  line '    webhook_configs:'
  line '      - send_resolved: false'
  line "        url: $(quoted "$heartbeat")"
}

# The heartbeat tells nobody of an alert. It is a receiver only where it is called, and the only one that may be missing: so
# what Alertmanager counts of receivers and ways says how many ways lead to people.
if [ -n "$heartbeat" ]; then pulse=heartbeat; else pulse=nobody; fi

{
  sed "s|templates/|$here/templates/|; s|receiver: heartbeat|receiver: $pulse|" "$here/routes.yml"
  line ''
  line 'receivers:'
  line '  - name: nobody'
  if [ -n "$heartbeat" ]; then
    line '  - name: heartbeat'
    beat
  fi
  line '  - name: people'
  if [ -n "${SMTP_HOST:-}" ] && [ -n "${SMTP_TO:-}" ]; then mail; fi
  if [ -n "$discord" ]; then chat; fi
} > "$config"

if { [ -z "${SMTP_HOST:-}" ] || [ -z "${SMTP_TO:-}" ]; } && [ -z "$discord" ]; then
  line '{"level":"warn","service":"alertmanager","message":"neither SMTP_HOST and SMTP_TO nor DISCORD_WEBHOOK_URL is set: nobody is told of alerts"}'
fi

program=$1
shift
exec "$program" --config.file="$config" "$@"
