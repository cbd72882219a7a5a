#!/usr/bin/env bash
# Builds the job and prints where it is: submit/build.sh [--if-needed] [MAVEN OPTIONS]
#
#   submit/build.sh -Pcuda       # for GPUs; submit/job.sh takes what was built last
#
# A build is never changed: each has a directory of its own in build/, and a link named after the sources
# points to the last one of them. A run that is going on keeps the one that it began with; those that are
# a day old and that no run uses are removed. Maven's own target/ is nothing that a run uses.
set -euo pipefail

root="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
builds="$root/build"
# shellcheck source=submit/java.sh
source "$root/submit/java.sh"

refuse() {
  echo "Cannot build the job: $1" >&2
  exit 2
}

# Of what the sources say, not when or where, so that a copy of a build stands.
fingerprint() {
  cd "$root"
  find pom.xml .mvn {datasets,model,job}/{pom.xml,src/main} job/src/build -type f -print0 | LC_ALL=C sort -z \
    | xargs -0 sha256sum | sha256sum | head -c 16
}

# Into a directory of its own, that of Maven as well: others may be building from the same sources.
build() {
  local fresh problem
  problem="$(problem_with_java)"
  [[ -z "$problem" ]] || refuse "$problem"
  fresh="$(mktemp -d "$builds/$sources.XXXXXX")"
  chmod a+rx "$fresh"
  echo "Building the job with Maven" >&2
  if ! mvn -B -q -ntp -T 2 -f "$root/pom.xml" -pl job -am -Pquick \
    -Dbuild.output=target/submit "-Djob.runtime=$fresh" "$@" package >&2; then
    rm -rf "$fresh"
    refuse "Maven failed, see above"
  fi
  archive_classes "$fresh"
  ln -s "$(basename "$fresh")" "$fresh/link"
  mv -T "$fresh/link" "$builds/$sources"
}

# What the launcher loads, for it to start in a second.
archive_classes() {
  "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable \
    "-XX:ArchiveClassesAtExit=$1/launch.jsa" -cp "$1/lib/spark-resnet50.jar:$1/jars/*" \
    dev.sparkresnet.job.Submit "$root" "$1" explain --conf "$root/conf/cifar10-resnet50.conf" \
    > /dev/null 2>&1 || true
}

remove_unused() {
  local build
  while IFS= read -r build; do
    if [[ "$build" != "$(readlink -f "$builds/$sources")" ]] \
      && flock --nonblock --exclusive "$build/lib/spark-resnet50.jar" true; then
      rm -rf "$build"
    fi
  done < <(find "$builds" -mindepth 1 -maxdepth 1 -type d -mtime +0)
}

if_needed=no
if [[ "${1:-}" == --if-needed ]]; then
  if_needed=yes
  shift
fi
sources="$(fingerprint)"
if [[ $if_needed == no || ! -e "$builds/$sources" ]]; then
  if ! mkdir -p "$builds" 2> /dev/null || [[ ! -w "$builds" ]]; then
    refuse "it is not built from these sources, and $root is not yours to write; its owner runs submit/build.sh"
  fi
  exec 8> "$builds/.lock"
  flock 8
  # Another may have built it in the meantime.
  if [[ $if_needed == no || ! -e "$builds/$sources" ]]; then
    build "$@"
    remove_unused
  fi
fi
readlink -f "$builds/$sources"
