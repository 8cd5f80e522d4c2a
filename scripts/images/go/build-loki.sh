#!/bin/bash
# Loki by way of a module of our own that has its replacements, all but the one that names a folder.
set -euo pipefail
[ ! -s /run/secrets/ca ] || export SSL_CERT_FILE=/run/secrets/ca
module=github.com/grafana/loki/v3 version=v3.7.8
go mod download "$module@$version"
folder=$(go env GOMODCACHE)/$module@$version
{
  echo 'module example.test/loki'
  echo 'go 1.26'
  echo "require $module $version"
  grep -E '^(replace|exclude)' "$folder/go.mod" | grep -v '=> \./'
} > go.mod
# Sums that the checksum database does not have are in the module's own file.
cp "$folder/go.sum" go.sum
printf '//go:build tools\n\npackage tools\n\nimport _ "%s/cmd/loki"\n' "$module" > tools.go
go mod tidy -e
go build -mod=mod -trimpath -ldflags='-s -w' -o /out/loki "$module/cmd/loki"
