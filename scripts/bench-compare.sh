#!/usr/bin/env bash
# Compares benchmarks with those of another commit, on whatever machine this is:
#   bench-compare.sh BASE BENCH COUNT PACKAGE...
# Both sides run in turn, COUNT times, so that other work of the machine slows
# both. A benchmark that BASE does not have is left out of the comparison.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

base="$1" bench="$2" count="$3"
shift 3
time="${BENCHTIME:-1s}"

root="$PWD"
reports="$root/bin/reports"
other="$(mktemp -d)"
trap 'git worktree remove --force "$other/tree"; rm -rf "$other"' EXIT
git worktree add --quiet --detach "$other/tree" "$base"
mkdir -p "$reports"
: >"$reports/bench-base.txt"
: >"$reports/bench-new.txt"

# compile SIDE TREE PACKAGE: a test binary beside its package's own directory.
compile() { (cd "$2" && go test -c -o "$other/$1-${3//\//-}" "./$3"); }

# measure SIDE TREE PACKAGE
measure() {
  local binary="$other/$1-${3//\//-}"
  [[ -x "$binary" ]] || return 0
  (cd "$2/$3" && "$binary" -test.run '^$' -test.bench "$bench" -test.benchmem -test.benchtime "$time") |
    tee -a "$reports/bench-$1.txt" | grep -E '^(Benchmark|---|FAIL)' | sed "s/^/$1  /" || true
}

for package in "$@"; do
  package="${package#./}"
  compile base "$other/tree" "$package"
  compile new "$root" "$package"
  for ((i = 0; i < count; i++)); do
    measure base "$other/tree" "$package"
    measure new "$root" "$package"
  done
done
bin/tools/benchstat "base=$reports/bench-base.txt" "new=$reports/bench-new.txt" | tee "$reports/bench-compare.txt"
