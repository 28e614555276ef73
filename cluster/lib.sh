#!/usr/bin/env bash
# What all scripts here share: where the package is, what it needs, and building it.
#
# Sourced, never run. Everything works from any directory; nothing is installed without saying so.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
greywave=$root/.build/release/greywave
build_stamp=$root/.build/greywave.stamp
build_log=$root/.build/greywave-build.log

# Messages go to stderr: stdout belongs to what a command prints.
say() { printf '%s\n' "$*" >&2; }

die() { # STATUS MESSAGE…
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# Prints the header of a script, which says what it does, and ends it.
help_of() { # SCRIPT
  sed -n '2,/^$/s/^# \{0,1\}//p' "$1"
  exit 0
}

# Becomes a verb of the binary, made ready before. Whoever asks for help does not wait for a build:
# without a binary, the script's own header is all there is.
become() { # READY VERB ARGUMENTS…
  local ready=$1 verb=$2 word
  shift 2
  for word in "$@"; do
    if [[ $word == -h || $word == --help ]]; then ready=help; fi
  done
  if [[ $ready != help ]]; then
    "$ready"
  elif [[ ! -x $greywave ]]; then
    help_of "${BASH_SOURCE[1]}"
  fi
  exec "$greywave" "$verb" "$@"
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    say "with sudo: $*"
    sudo "$@"
  else
    die 3 "This needs root: $*"
  fi
}

# Debian's packages that the build needs and that are not there.
missing_packages() {
  if ! command -v cc >/dev/null && ! command -v clang >/dev/null; then echo gcc libc6-dev; fi
  if ! echo '#include <zmq.h>' | "$(command -v clang || command -v cc || echo false)" \
    -E -x c - >/dev/null 2>&1; then
    echo libzmq3-dev
  fi
}

install_missing() {
  local packages
  read -r -a packages <<<"$(missing_packages | tr '\n' ' ')"
  if [[ ${#packages[@]} -gt 0 ]]; then install_packages "${packages[@]}"; fi
}

install_packages() { # PACKAGE…
  local packages=("$@")
  if ! command -v apt-get >/dev/null; then
    die 3 "Missing: ${packages[*]} (as Debian calls them). Install them, then try again."
  fi
  say "Installing what is missing: ${packages[*]}"
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${packages[@]}")
  # A fresh machine may have no package lists, or old ones.
  if ! as_root "${install[@]}" >/dev/null 2>&1; then
    as_root apt-get update -q >/dev/null
    as_root "${install[@]}" >&2
  fi
}

need_swift() {
  local version major minor
  if ! command -v swift >/dev/null && [[ -x ${HOME-}/.local/share/swiftly/bin/swift ]]; then
    PATH=$HOME/.local/share/swiftly/bin:$PATH
  fi
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p') || true
  major=${version%%.*}
  minor=${version#*.}
  if [[ -z $version ]] || ((major * 1000 + minor < 6002)); then
    say "Greywave needs Swift 6.2 or later; here is ${version:-none}."
    die 3 "Get it from https://www.swift.org/install/linux/"
  fi
}

# Seconds since some start, with tenths.
now_tenths() {
  local stamp=${EPOCHREALTIME/[.,]/}
  echo $((stamp / 100000))
}

seconds_since() { # TENTHS
  local passed=$(($(now_tenths) - $1))
  echo "$((passed / 10)).$((passed % 10)) s"
}

# Runs a command with its output in a file; a terminal sees the last line of it meanwhile.
quietly() { # LABEL LOG COMMAND…
  local label=$1 log=$2 status=0
  shift 2
  mkdir -p "$(dirname "$log")"
  # In a subshell, so that a command that exits ends itself only.
  if [[ -t 2 ]]; then
    ("$@") 2>&1 | tee "$log" | while IFS= read -r line; do
      printf '\r\e[K%s  %s' "$label" "${line:0:70}" >&2
    done || status=$?
    printf '\r\e[K' >&2
  else
    ("$@") >"$log" 2>&1 || status=$?
  fi
  return "$status"
}

# The debug build of the tests. SwiftPM finds tests by the index that compilers make for editors;
# that of the system's modules is not needed for it, and is a sixth of the work. A module compiled
# whole and without debug information takes two thirds of the CPU time (219 s against 319 s); tests
# name their lines themselves.
debug_folder=$root/.build-tests
# shellcheck disable=SC2034
debug_options=(
  --package-path "$root" --scratch-path "$debug_folder"
  -Xswiftc -index-ignore-system-modules -Xswiftc -index-ignore-clang-modules
  -Xswiftc -whole-module-optimization -Xswiftc -num-threads -Xswiftc 1 -debug-info-format none
)

is_built() {
  [[ -x $greywave && -e $build_stamp ]] || return 1
  [[ -z $(find "$root/Sources" "$root/Package.swift" -newer "$build_stamp" -print -quit) ]]
}

# What `greywave --version` says: the commit, and whether the tree is as it was committed.
commit() {
  local hash
  hash=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null) || hash=unknown
  if [[ $hash != unknown && -n $(git -C "$root" status --porcelain 2>/dev/null) ]]; then
    hash+=-dirty
  fi
  echo "$hash"
}

# The release binary, built if anything has changed since.
build() {
  if is_built; then
    # The same sources may have been committed since.
    commit >"$(dirname "$greywave")/greywave.commit"
    return
  fi
  install_missing
  need_swift
  local start newest
  start=$(now_tenths)
  mkdir -p "$root/.build"
  # The stamp is as old as the build's start: what changes meanwhile is newer.
  newest=$root/.build/stamp.$$
  trap 'rm -f "$root/.build/stamp.$$"' EXIT
  : >"$newest"
  if [[ ! -t 2 ]]; then say "Building greywave (release) …"; fi
  if ! quietly "Building greywave (release)" "$build_log" \
    swift build --package-path "$root" -c release --product greywave -debug-info-format none \
    --explicit-target-dependency-import-check error; then
    grep -E 'error:' "$build_log" | sort -u | head -20 >&2 || tail -20 "$build_log" >&2
    die 1 "The build failed; all of it is in $build_log"
  fi
  commit >"$(dirname "$greywave")/greywave.commit"
  mv "$newest" "$build_stamp"
  say "Built greywave in $(seconds_since "$start")"
}

# Tests that match nothing pass; that must not look like success.
some_tests() { # COMMAND…
  local output status=0
  output=$(mktemp)
  "$@" 2>&1 | tee "$output" || status=1
  if ((status == 0)) && ! grep -qE 'Test run with [1-9][0-9]* tests?' "$output"; then
    echo "error: no test ran: $*"
    status=1
  fi
  rm -f "$output"
  return "$status"
}

# The pids that the processes of a cluster have left in its folder, a line each.
registered_pids() { # FOLDER
  cat "$1"/*.pid 2>/dev/null | sed -nE 's/.*"pid": *([0-9]+).*/\1/p'
}

# How many of these processes live. What has ended and was not taken in by its parent does not.
count_living() { # PID…
  local pid state count=0
  for pid in "$@"; do
    state=$(sed -nE 's/^State:[[:space:]]*(.).*/\1/p' "/proc/$pid/status" 2>/dev/null) || state=''
    if [[ -n $state && $state != [ZX] ]]; then count=$((count + 1)); fi
  done
  echo "$count"
}

# Any release binary: to look at a cluster or take it down, yesterday's does.
have_binary() {
  if [[ ! -x $greywave ]]; then build; fi
}
