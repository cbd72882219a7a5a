#!/usr/bin/env bash
# Kills driver and executors of a run on HDFS again and again: job/src/test/scripts/soak.sh [KILLS [SEED]]
# Half of the kills with parameter averaging, half with gradient sharing; a minute for about four of
# them. job/target/soak.txt says what was hit.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."
exec mvn -B -ntp verify -Plong -pl job -am -Dsoak.kills="$((${1:-50} / 2))" \
  -Dsoak.seed="${2:-1}" -Dsoak.masters=parameter-averaging,gradient-sharing \
  -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Dit.test=SoakIT -Dfailsafe.failIfNoSpecifiedTests=false
