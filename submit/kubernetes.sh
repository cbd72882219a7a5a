#!/usr/bin/env bash
# Runs a command of the job on Kubernetes: submit/kubernetes.sh k8s://https://HOST:PORT IMAGE COMMAND
# [OPTIONS], with the options of submit/job.sh. Needs a Spark in SPARK_HOME and what kubectl needs.
#
#   submit/kubernetes.sh k8s://https://cluster:6443 apache/spark:3.5.6-scala2.12-java17-ubuntu train \
#       --spark-conf spark.kubernetes.file.upload.path=hdfs://namenode/uploads \
#       --spark-conf spark.kubernetes.authenticate.driver.serviceAccountName=spark \
#       --executor-cores 8 --conf conf/cifar10-resnet50.conf \
#       --set dataset.path=hdfs://namenode/cifar10 --set run-directory=hdfs://namenode/runs/first
#
# The image is Spark's own: the driver runs on the cluster, and the job, its configuration and its
# logging travel through the upload path, a file system that driver and you can reach. The exit code is 0
# once the run is started and watched to its end, whatever the end: the outcome stands in result.json.
# With --deploy-mode client the driver runs here, or in your pod, and the exit code is that of the job;
# executors must be able to reach it (spark.driver.host). Pods: submit/kubernetes/pod-template.yaml.
#
# Spark never removes what it uploads, the job jar for each run. With --gpus the image needs CUDA and cuDNN,
# or the job those of the profile cuda-redist.
set -euo pipefail
exec "$(dirname -- "${BASH_SOURCE[0]}")/job.sh" --as kubernetes "$@"
