#!/bin/sh
# Keeps /certificates/current.pem (key and chain in one file, replaced in one step) valid for ever: self-signed until
# DOMAIN is set, then from an ACME authority by the HTTP-01 challenge that nginx serves from /var/lib/acme.
#   DOMAIN              name to get a certificate for; empty means self-signed
#   ACME_EMAIL          where the authority writes to
#   ACME_SERVER         directory URL of the authority; empty means the client's default
#   CERTIFICATE_NAMES   names and addresses of the self-signed one, with commas
#   RENEW_DAYS          how long before its end a certificate is replaced
#   CHECK_SECONDS       how often to look
set -eu
folder=/certificates
current=$folder/current.pem
say() { printf '{"timestamp":"%s","level":"%s","message":"%s","service":"certificates"}\n' "$(date -u +%FT%TZ)" "$1" "$2"; }

publish() { # KEY CHAIN: for the group of nginx to read
  umask 027
  cat "$1" "$2" > "$folder/next.pem"
  if cmp -s "$folder/next.pem" "$current"; then return 0; fi
  mv "$folder/next.pem" "$current"
  say info "certificate of $(openssl x509 -in "$current" -noout -subject -enddate | tr '\n' ' ')"
}

lasts() { openssl x509 -in "$1" -noout -checkend "$((RENEW_DAYS * 86400))" > /dev/null 2>&1; }

alternative_names() {
  printf '%s\n' "$CERTIFICATE_NAMES" | tr ',' '\n' | while read -r name; do
    case "$name" in
      '') ;;
      *:* | *[0-9].[0-9]*.[0-9]*.[0-9]*) printf ',IP:%s' "$name" ;;
      *) printf ',DNS:%s' "$name" ;;
    esac
  done | cut -c2-
}

self_sign() {
  names=$(alternative_names)
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj "/CN=${CERTIFICATE_NAMES%%,*}" \
    -addext "subjectAltName=$names" -addext 'extendedKeyUsage=serverAuth' -addext 'basicConstraints=critical,CA:FALSE' \
    -keyout "$folder/self.key" -out "$folder/self.crt" 2> /dev/null
  printf '%s' "$names" > "$folder/self.names"
  publish "$folder/self.key" "$folder/self.crt"
}

acme() { # run | renew: the client's own folder is lego/
  lego --accept-tos --path "$folder/lego" --email "$ACME_EMAIL" --domains "$DOMAIN" --key-type ec256 \
    ${ACME_SERVER:+--server "$ACME_SERVER"} --http --http.webroot /var/lib/acme "$@" 2>&1 |
    while read -r line; do say info "$(printf '%s' "$line" | tr -d '"\134')"; done
}

ensure_self_signed() {
  if [ -s "$folder/self.crt" ] && lasts "$folder/self.crt" && [ "$(cat "$folder/self.names")" = "$(alternative_names)" ]; then
    publish "$folder/self.key" "$folder/self.crt"
  else
    self_sign
  fi
}

ensure_from_acme() {
  chain=$folder/lego/certificates/$DOMAIN.crt
  # The client asks the authority as well, which may want a certificate renewed before its time.
  if [ -s "$chain" ]; then acme renew --reuse-key --days "$RENEW_DAYS" --no-random-sleep; else acme run; fi
  if [ ! -s "$chain" ]; then say error "no certificate for $DOMAIN yet"; return 1; fi
  publish "${chain%.crt}.key" "$chain"
}

trap 'exit 0' TERM INT
pause() {
  sleep "$1" &
  wait $!
}

# An authority bars who fails too often: wait longer each time.
after_failure=60
while :; do
  wait_for=$CHECK_SECONDS
  if [ -z "$DOMAIN" ]; then
    ensure_self_signed
  else
    # nginx needs one to answer with, before the challenge and after; and a moment to begin.
    if [ ! -s "$current" ]; then ensure_self_signed; fi
    pause 5
    if ensure_from_acme; then
      after_failure=60
    else
      wait_for=$after_failure
      if [ "$after_failure" -lt 3600 ]; then after_failure=$((after_failure * 2)); fi
    fi
  fi
  pause "$wait_for"
done
