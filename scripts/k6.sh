#!/usr/bin/env bash
# Runs the k6 scripts against a server that is started for them, one after the
# other: scripts/k6.sh K6 SERVER SCRIPT… Further arguments for k6 are in K6_ARGS.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
k6="$1" server="$2"
shift 2

dir="$(mktemp -d)"
coproc SERVER { exec "$server" serve --addr 127.0.0.1:0 --ops-addr 127.0.0.1:0 --store "bolt:$dir/data" --log-level warn; }
pid=$SERVER_PID
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$dir"' EXIT

# Its banner has its addresses; the store is the last line that matters.
while read -r word rest; do
  case "$word" in
    play) export TARGET="$rest" ;;
    organize) export ORGANIZER_TOKEN="${rest##*#token=}" ;;
    store) break ;;
  esac
done <&"${SERVER[0]}"

failed=0
for script in "$@"; do
  printf '\n==== %s\n' "$script"
  # shellcheck disable=SC2086 # several arguments
  "$k6" run --quiet --no-usage-report ${K6_ARGS:-} "loadtest/k6/$script.js" || failed=1
done
exit "$failed"
