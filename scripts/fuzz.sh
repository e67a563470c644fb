#!/usr/bin/env bash
# Runs every fuzz target for a while: fuzz.sh [COUNT], by default 3000x each. A
# count and not a time: when time is up `go test` now and then reports the
# deadline itself as a failure. Making inputs smaller is bounded, too: by default it
# may take a minute for each that reaches something new.
# An input that breaks a target is kept by `go test` in testdata/fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

count="${1:-3000x}"
ran=0
while IFS=: read -r file func; do
  target="${func#func }"
  dir="$(dirname "$file")"
  echo "--- $target in $dir for $count"
  go test -vet=off -run '^$' -fuzz "^${target}\$" -fuzztime "$count" -fuzzminimizetime 200x -timeout 10m "$dir" </dev/null
  ran=$((ran + 1))
done < <(grep -roE --include='*_test.go' --exclude-dir=node_modules '^func Fuzz[A-Za-z0-9_]*' . | sort)

if [[ $ran -eq 0 ]]; then
  echo "no fuzz target found" >&2
  exit 1
fi
echo "$ran fuzz targets, $count each"
