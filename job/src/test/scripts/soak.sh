#!/usr/bin/env bash
# Kills driver and executors of a run on HDFS again and again: job/src/test/scripts/soak.sh [KILLS [SEED]]
# A minute for about four kills; job/target/soak.txt says what was hit.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."
exec mvn -B -ntp verify -pl job -am -Dsoak.kills="${1:-50}" -Dsoak.seed="${2:-1}" \
  -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Dit.test=SoakIT -Dfailsafe.failIfNoSpecifiedTests=false
