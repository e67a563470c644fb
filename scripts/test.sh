#!/usr/bin/env bash
# The whole test: every stage runs, even after one failed, so that one run
# shows everything. Nothing is skipped; what a stage needs is installed by the
# first one or the run ends there.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

summary=()
passed=0
failed=0
began=$SECONDS
VULN_NOTE="$(mktemp)"
export VULN_NOTE
trap 'rm -f "$VULN_NOTE"' EXIT

# stage NAME COMMAND...
stage() {
  local name="$1" start=$SECONDS result=ok
  shift
  printf '\n==== %s: %s\n' "$name" "$*"
  if "$@" </dev/null; then
    passed=$((passed + 1))
  else
    result=FAILED
    failed=$((failed + 1))
  fi
  printf '==== %s: %s after %d s\n' "$name" "$result" $((SECONDS - start))
  summary+=("$(printf '%-8s %4d s  %s' "$result" $((SECONDS - start)) "$name")")
}

finish() {
  printf '\n==== Summary, %d s in all\n' $((SECONDS - began))
  printf '  %s\n' "${summary[@]}"
  if [[ -s "$VULN_NOTE" ]]; then
    printf '\n  !!! %s\n' "$(cat "$VULN_NOTE")"
  fi
  printf '\nstages: %d passed, %d failed\n' "$passed" "$failed"
  [[ $failed -eq 0 ]]
  exit
}

stage "programs" scripts/deps.sh
[[ $failed -eq 0 ]] || finish
stage "modules" make --no-print-directory tidy-check
stage "build" make --no-print-directory build
stage "unit, property, conformance and end-to-end tests with the race detector" make --no-print-directory test-race
stage "faults" make --no-print-directory faults-short
stage "page and browser" make --no-print-directory test-web
stage "lint" make --no-print-directory lint
stage "known vulnerabilities" make --no-print-directory vuln
stage "fuzz targets" make --no-print-directory fuzz
finish
