#!/usr/bin/env bash
# Builds what the fault tests run: bin/faults/veltrix, the server with its
# failpoints switched on, bin/faults/toxiproxy, and bin/faults/synced.so, which
# notes how much a Redis has synced.
# A failpoint is a comment in the source (docs/decisions/012-fault-suite.md).
# gofail turns it into code in a copy, so an ordinary build holds nothing of it.
# The copy includes bbolt, whose source has failpoints of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out="$PWD/bin/faults"
src="$out/src"
mkdir -p "$out"
go build -C tools -o "$out/gofail" go.etcd.io/gofail
go build -C tools -o "$out/toxiproxy" github.com/Shopify/toxiproxy/v2/cmd/server
"$(go env CC)" -shared -fPIC -O2 -Wall -Werror -o "$out/synced.so" faults/preload/synced.c -ldl

rm -rf "$src"
mkdir -p "$src"
tar --exclude=node_modules --exclude='*_test.go' --exclude='e2e' -cf - go.mod go.sum game hub internal server web | tar -xf - -C "$src"
go mod download go.etcd.io/bbolt
cp -r "$(go list -m -f '{{.Dir}}' go.etcd.io/bbolt)" "$src/bbolt"
chmod -R u+w "$src/bbolt"

cd "$src"
mapfile -t packages < <(grep -rl --include='*.go' '// gofail:' hub game server | xargs -n 1 dirname | sort -u)
"$out/gofail" enable "${packages[@]}" bbolt
# gofail names the package of what it writes after the directory.
while read -r file; do
  name="$(sed -n 's/^package //p' "${file%.fail.go}.go" | head -n 1)"
  sed -i "s/^package .*/package $name/" "$file"
done < <(find . -name '*.fail.go')

gofail="$(go list -C "$OLDPWD/tools" -m -f '{{.Version}}' go.etcd.io/gofail)"
go mod edit -require="go.etcd.io/gofail@$gofail" -replace=go.etcd.io/bbolt=./bbolt
grep '^go.etcd.io/gofail ' "$OLDPWD/tools/go.sum" >>go.sum
go build -mod=mod -ldflags '-X main.version=failpoints' -o "$out/veltrix" ./server
