#!/usr/bin/env bash
# Trains ResNet-50 for two epochs on generated images with two executors on this machine, in less
# than five minutes on two cores. Options go to the job: submit/quickstart.sh --set optimizer.epochs=4
set -euo pipefail

CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
run=runs/quickstart
# It is for this machine: what names a cluster is not for it.
unset SPARK_HOME SPARK_CONF_DIR SPARK_DIST_CLASSPATH HADOOP_CONF_DIR YARN_CONF_DIR
# shellcheck source=submit/stoppable.sh
source submit/stoppable.sh

if [[ ! -d "$run/data" ]]; then
  stoppable submit/job.sh generate-dataset --train 2560 --test 500 "$run/data"
fi
stoppable submit/job.sh train --conf conf/quickstart.conf "$@"

cat <<END
Learning curve: $run/learning-curve.png
Metrics:        $run/metrics.jsonl
Checkpoints:    $run/checkpoints
Run it again to resume, or remove $run to start afresh.
END
