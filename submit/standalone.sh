#!/usr/bin/env bash
# Runs a command of the job on a standalone cluster: submit/standalone.sh spark://HOST:PORT COMMAND
# [OPTIONS], with the options of submit/job.sh. Needs a Spark in SPARK_HOME, of the cluster's version.
#
#   submit/standalone.sh spark://master:7077 train --executor-cores 8 \
#       --conf conf/cifar10-resnet50.conf --set dataset.path=... --set run-directory=...
#
# Every worker has to have room for an executor, which is one replica. With --deploy-mode cluster the
# driver runs on a worker, which needs this folder at the same path.
set -euo pipefail

here="$(dirname "${BASH_SOURCE[0]}")"

refuse() {
  echo "Cannot run submit/standalone.sh: $1" >&2
  exit 2
}

[[ "${1:-}" == spark://*:* ]] || refuse "the first argument must be spark://HOST:PORT, found ${1:-none}"
master="$1"
shift
exec "$here/job.sh" "$@" --master "$master"
