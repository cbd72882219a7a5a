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
exec "$(dirname -- "${BASH_SOURCE[0]}")/job.sh" --as standalone "$@"
