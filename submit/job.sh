#!/usr/bin/env bash
# Runs a command of the job: submit/job.sh COMMAND [OPTIONS]; submit/job.sh --help names them.
#
# With SPARK_HOME the command goes through its spark-submit. Without, it runs on this machine on what
# submit/build.sh builds. explain starts nothing: it prints the command that would be run for train.
# Options for Spark, anywhere on the command line:
#   --master URL            cluster manager; without SPARK_HOME by default executors of this machine
#   --deploy-mode MODE      where the driver runs: client, here, or cluster; with SPARK_HOME only
#   --executor-cores N      cores, and threads, of one replica on a cluster
#   --gpus                  one GPU of the cluster for each replica, found by submit/discover-gpus.sh
#   --spark-conf KEY=VALUE  any setting of Spark, above those of conf/spark-defaults.conf; --conf, which
#                           names a configuration of the job, takes one as well: --conf spark.KEY=VALUE
#   --principal NAME        who the run is on a secured Hadoop, with
#   --keytab FILE           the file with the keys of the principal
#   --properties-file FILE  settings of Spark that must not stand in a process list, such as
#                           conf/secured.conf and a secret, below those of conf/spark-defaults.conf.
#                           With SPARK_HOME it stands in for the spark-defaults.conf of the cluster.
#
# The usual options of spark-submit, such as --queue and --driver-memory, are settings too.
#
# All of that is decided in Java, package dev.sparkresnet.job.launch, which hands the command over for
# this script to execute.
set -euo pipefail

root="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck source=submit/java.sh
source "$root/submit/java.sh"

refuse() {
  echo "Cannot run submit/job.sh: $1" >&2
  exit 2
}

problem="$(problem_with_java)"
[[ -z "$problem" ]] || refuse "$problem"
[[ "$root" != *:* ]] || refuse "$root has a colon in it, at which a class path ends; move it elsewhere"
# In any other locale Java has a question mark in file names for what is not in its character set.
if [[ "$(locale charmap 2> /dev/null)" != UTF-8 ]]; then
  export LC_ALL=C.UTF-8
fi

build="${SPARK_RESNET50_BUILD:-$("$root/submit/build.sh" --if-needed)}"
build="$(realpath -m -- "$build")"
job_jar="$build/lib/spark-resnet50.jar"
hadoop="${HADOOP_CONF_DIR:-${YARN_CONF_DIR:-}}"

launcher=(
  "$java"
  # It lives for a second. The archive is what submit/build.sh made for that.
  -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
  -Xshare:auto "-XX:SharedArchiveFile=$build/launch.jsa" -Xlog:disable
  # The same digits and words everywhere, as in conf/java.options.
  -Duser.language=en
  -cp "$job_jar:$build/jars/*${hadoop:+:$hadoop}"
  dev.sparkresnet.job.Submit "$root" "$build"
)

[[ -f "$job_jar" ]] || refuse "there is no $job_jar"
# Held until the command ends, so that submit/build.sh leaves its build alone.
exec 9< "$job_jar"
flock --shared 9

# Umask, variables and words of the command, or nothing if the launcher has answered by itself.
exec 4>&1
mapfile -d '' -t command < <(exec "${launcher[@]}" "$@" 3>&1 >&4 4>&-)
wait "$!" || exit
exec 4>&-
if ((${#command[@]} > 0)); then
  umask "${command[0]:-$(umask)}"
  exec env "${command[@]:1}"
fi
