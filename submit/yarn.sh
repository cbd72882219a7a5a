#!/usr/bin/env bash
# Runs a command of the job on YARN: submit/yarn.sh COMMAND [OPTIONS], with the options of
# submit/job.sh. Needs a Spark in SPARK_HOME and the cluster's configuration in HADOOP_CONF_DIR.
#
#   submit/yarn.sh train --executor-cores 8 --conf conf/cifar10-resnet50.conf \
#       --set dataset.path=hdfs:///data/cifar10 --set run-directory=hdfs:///runs/first
#
# The driver runs here, and the exit code is that of the job. With --deploy-mode cluster it runs on the
# cluster; then YARN starts a driver that failed once more, which resumes, and spark-submit knows done (0)
# and failed (1) only: the rest stands in result.json.
set -euo pipefail
exec "$(dirname -- "${BASH_SOURCE[0]}")/job.sh" --as yarn "$@"
