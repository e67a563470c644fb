#!/usr/bin/env bash
# Checks that the programs which the tests need are here. Missing ones are
# installed with apt-get where that is possible without asking anybody;
# otherwise this says what to install and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

has() { command -v "$1" >/dev/null 2>&1; }

has_chromium() { has chromium || has chromium-browser || has google-chrome; }

# at_least HAVE WANT: whether version HAVE is WANT or newer.
at_least() { [[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" == "$2" ]]; }

# Prints the Debian package of every missing program, one a line.
missing() {
  has redis-server || echo redis-server
  has_chromium || echo chromium
  has node || echo nodejs
  has npm || echo npm
  has gcc || has clang || echo gcc libc6-dev # the race detector needs cgo
  has git || echo git
}

# apt ARGS: apt-get as root, if that is possible without a password.
apt() {
  local sudo=()
  if [[ "$(id -u)" -ne 0 ]]; then
    sudo=(sudo -n)
  fi
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@" </dev/null
}

may_install() {
  has apt-get && { [[ "$(id -u)" -eq 0 ]] || { has sudo && sudo -n true 2>/dev/null; }; }
}

mapfile -t packages < <(missing)
if [[ ${#packages[@]} -gt 0 ]] && may_install; then
  echo "installing: ${packages[*]}"
  apt update
  # shellcheck disable=SC2068 # one element may name several packages
  apt install --no-install-recommends ${packages[@]}
  mapfile -t packages < <(missing)
fi

problems=()
if [[ ${#packages[@]} -gt 0 ]]; then
  problems+=("install these (on Debian: apt-get install ${packages[*]})")
fi

want_go="$(sed -n 's/^go //p' go.mod)"
if ! has go; then
  problems+=("install Go ${want_go} or newer: https://go.dev/doc/install")
elif have_go="$(go env GOVERSION)" && ! at_least "${have_go#go}" "$want_go"; then
  problems+=("Go is ${have_go#go} but must be ${want_go} or newer: https://go.dev/doc/install")
fi

want_node=20
if has node && have_node="$(node --version)" && ! at_least "${have_node#v}" "$want_node"; then
  problems+=("Node.js is ${have_node#v} but must be ${want_node} or newer: https://nodejs.org/en/download")
fi

if [[ ${#problems[@]} -gt 0 ]]; then
  echo "The tests cannot run yet:" >&2
  printf '  - %s\n' "${problems[@]}" >&2
  exit 1
fi

chromium="$(command -v chromium || command -v chromium-browser || command -v google-chrome)"
printf '%s\n' "$(go version)" "$(redis-server --version)" "$("$chromium" --version 2>/dev/null)" \
  "node $(node --version)" "npm $(npm --version)"
