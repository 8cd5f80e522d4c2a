#!/bin/bash
# The OpenTelemetry Collector of the parts that collector.yaml names: the contrib image has them and many more.
set -euo pipefail
[ ! -s /run/secrets/ca ] || export SSL_CERT_FILE=/run/secrets/ca
go run go.opentelemetry.io/collector/cmd/builder@v0.149.0 --config collector.yaml --ldflags='-s -w'
install -D made/collector /out/collector
