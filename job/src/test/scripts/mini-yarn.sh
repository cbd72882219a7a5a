#!/usr/bin/env bash
# Starts HDFS and a YARN with two nodes on this machine, for trying submit/yarn.sh without a cluster:
#   job/src/test/scripts/mini-yarn.sh DIRECTORY
# It prints what to export, and runs until Ctrl-C. Everything goes to the directory.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd)"
(($# == 1)) || { echo "Cannot run mini-yarn.sh: it needs a directory" >&2; exit 2; }
mkdir -p "$1"
directory="$(realpath "$1")"

echo "Building the job with Maven" >&2
mvn -B -q -ntp -f "$root/pom.xml" -DskipTests package dependency:build-classpath \
  -DincludeScope=test "-Dmdep.outputFile=$directory/class-path" >&2
echo "export SPARK_HOME=$root/job/src/test/spark"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" "@$root/conf/java.options" -Xmx1g \
  -cp "$root/job/target/test-classes:$(< "$directory/class-path")" \
  dev.sparkresnet.job.MiniYarn "$directory" 2> "$directory/log"
