#!/usr/bin/env bash
# Runs a command of the job: submit/job.sh COMMAND [OPTIONS]; submit/job.sh --help names them.
#
# With SPARK_HOME the command goes through its spark-submit. Without, it runs on this machine on a
# runtime that Maven assembles, as explain always does: it prints the spark-submit that would be run here
# for train. Options for Spark, anywhere on the command line:
#   --master URL            cluster manager; without SPARK_HOME by default executors of this machine
#   --deploy-mode MODE      where the driver runs: client, here, or cluster; with SPARK_HOME only
#   --executor-cores N      cores, and threads, of one replica on a cluster
#   --gpus                  one GPU of the cluster for each replica, found by submit/discover-gpus.sh
#   --spark-conf KEY=VALUE  any setting of Spark, above those of conf/spark-defaults.conf
#   --properties-file FILE  settings of Spark that must not stand in a process list, such as
#                           conf/secured.conf and a secret, below those of conf/spark-defaults.conf.
#                           With SPARK_HOME it stands in for the spark-defaults.conf of the cluster.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
runtime="$root/job/target/runtime"
job_jar="$runtime/lib/spark-resnet50.jar"
main_class=dev.sparkresnet.job.Main
logging="-Dlog4j2.configurationFile=file:$root/conf/log4j2.properties"
java=("${JAVA_HOME:+$JAVA_HOME/bin/}java" "@$root/conf/java.options" "$logging")

spark_settings=()
job_arguments=()
deploy_mode=client
master=
gpus=no
files=()
properties_file=
umask=
computed=
driver_flags=
executor_flags=
spark_submit=()

# Spark's own idea of what a secret is called (spark.redaction.regex), in lower case.
secret='secret|password|token|access[.]?key'

refuse() {
  echo "Cannot run submit/job.sh: $1" >&2
  exit 2
}

# Puts settings before those of the command line, which win.
add_defaults() {
  local setting
  for setting in "$@"; do
    refuse_in_properties_file "${setting%%=*}"
  done
  spark_settings=("$@" "${spark_settings[@]}")
}

read_spark_defaults() {
  local defaults=() key value
  refuse_in_properties_file spark.driver.extraJavaOptions
  refuse_in_properties_file spark.executor.extraJavaOptions
  while read -r key value; do
    if [[ -n "$key" && "$key" != \#* ]]; then
      defaults+=("$key=$value")
    fi
  done < "$root/conf/spark-defaults.conf"
  add_defaults "${defaults[@]}"
}

split_arguments() {
  while (($# > 0)); do
    case "$1" in
      --master | --deploy-mode | --executor-cores | --spark-conf | --properties-file)
        (($# > 1)) || refuse "$1 needs a value"
        add_spark_option "$1" "$2"
        shift 2
        ;;
      --master=* | --deploy-mode=* | --executor-cores=* | --spark-conf=* | --properties-file=*)
        add_spark_option "${1%%=*}" "${1#*=}"
        shift
        ;;
      --gpus)
        gpus=yes
        shift
        ;;
      *)
        job_arguments+=("$1")
        shift
        ;;
    esac
  done
}

add_spark_option() {
  case "$1" in
    --master)
      master="$2"
      spark_settings+=("spark.master=$master")
      # Executors of this machine: replicas, cores of each, megabytes of each.
      if [[ "$2" =~ ^local-cluster\[[^,]*,\ *([0-9]+)\ *, ]]; then
        add_spark_option --executor-cores "${BASH_REMATCH[1]}"
      fi
      ;;
    --deploy-mode)
      [[ "$2" == client || "$2" == cluster ]] || refuse "--deploy-mode $2: must be client or cluster"
      deploy_mode="$2"
      ;;
    --executor-cores)
      spark_settings+=(
        "spark.executor.cores=$2"
        "spark.task.cpus=$2"
        "spark.executorEnv.OMP_NUM_THREADS=$2"
      )
      ;;
    --spark-conf)
      refuse_secret "$2"
      [[ "$2" == spark.*=* ]] || refuse "--spark-conf needs spark.KEY=VALUE, found $2"
      spark_settings+=("$2")
      ;;
    --properties-file)
      use_properties_file "$2"
      ;;
  esac
}

# One for each executor, which is one replica. Executors on YARN find the script where they run; those
# on Kubernetes need it before they fetch files, and Spark's image has one.
use_gpus() {
  local script="$root/submit/discover-gpus.sh" vendor=()
  if [[ "$master" == yarn ]]; then
    files+=("$script")
    script=./discover-gpus.sh
  elif [[ "$master" == k8s://* ]]; then
    script=/opt/spark/examples/src/main/scripts/getGpusResources.sh
    vendor=("spark.executor.resource.gpu.vendor=nvidia.com")
  fi
  add_defaults \
    "spark.executor.resource.gpu.amount=1" \
    "spark.task.resource.gpu.amount=1" \
    "spark.executor.resource.gpu.discoveryScript=$script" \
    "${vendor[@]}"
  job_arguments+=(--set training.device=gpu)
}

# Pods need more than Spark puts into them by itself.
use_pod_template() {
  local role
  for role in driver executor; do
    add_defaults \
      "spark.kubernetes.$role.podTemplateFile=$root/submit/kubernetes/pod-template.yaml" \
      "spark.kubernetes.$role.podTemplateContainerName=spark"
  done
}

# Spark looks for secrets in values as well, for flags of a JVM hold some.
refuse_secret() {
  if [[ "${1,,}" =~ $secret ]]; then
    refuse "--spark-conf ${1%%=*}: others can see it in the process list; it belongs into a file that only \
you can read, for --properties-file"
  fi
}

# Spark reads the file. Nothing of it may get into an argument here, but for the umask: Hadoop's own
# is not that of files which the job or Spark writes without Hadoop.
use_properties_file() {
  [[ -z "$properties_file" ]] || refuse "--properties-file can be given once"
  [[ -f "$1" && -r "$1" ]] || refuse "--properties-file $1: not a file that can be read"
  if holds_secret "$1" && [[ -n "$(find -L "$1" -maxdepth 0 -perm /066)" ]]; then
    refuse "--properties-file $1: it holds a secret and is open to others; chmod 600 $1"
  fi
  properties_file="$(realpath "$1")"
  umask="$(property spark.hadoop.fs.permissions.umask-mode "$1")"
  [[ "$umask" =~ ^0?[0-7]{3}$ ]] || umask=
  umask "${umask:-$(umask)}"
}

# The value of a setting in a file of settings, or nothing.
property() {
  sed -nE "s/^[[:space:]]*${1//./\\.}[[:space:]=:]+(.*[^[:space:]])[[:space:]]*\$/\1/p" "$2" | tail -n 1
}

# The value of a setting in the cluster's own spark-defaults.conf, if Spark reads that.
cluster_setting() {
  local file="${SPARK_CONF_DIR:-${SPARK_HOME:-}/conf}/spark-defaults.conf"
  if [[ -z "$properties_file" && -f "$file" ]]; then
    property "$1" "$file"
  fi
}

holds_secret() {
  grep -Eiq "^[[:space:]]*([^#![:space:]].*)?($secret)" "$1"
}

# What the script sets would silently stand above the file.
refuse_in_properties_file() {
  local line="^[[:space:]]*${1//./\\.}([[:space:]=:]|\$)"
  if [[ -n "$properties_file" ]] && grep -Eq "$line" "$properties_file"; then
    refuse "--properties-file $properties_file: $1 must be given by --spark-conf"
  fi
}

build_if_needed() {
  local sources=("$root"/{pom.xml,conf/java.options} "$root"/{datasets,model,job}/{pom.xml,src/main})
  if [[ ! -f "$job_jar" || -n "$(find "${sources[@]}" -newer "$job_jar" -print -quit)" ]]; then
    echo "Building the job with Maven" >&2
    mvn -B -q -ntp -f "$root/pom.xml" -DskipTests package >&2
  fi
}

# The flags of conf/java.options on one line.
java_flags() {
  grep -Ev '^(#|$)' "$root/conf/java.options" | paste -sd ' ' -
}

# What spark-submit is to be given for the command.
make_spark_submit() {
  local options=() index
  local -A last
  driver_flags="$(java_flags)"
  executor_flags="$driver_flags"
  if has_executors; then
    compute_settings
  fi
  if [[ "$deploy_mode" == cluster ]]; then
    ship_files
    logging="-Dlog4j2.configurationFile=log4j2.properties"
    # There the JVM starts before its files arrive.
    if [[ "$master" == k8s://* ]]; then
      logging="-Dsparkresnet.logging-file=log4j2.properties"
    fi
  fi
  if ((${#files[@]} > 0)); then
    merge_files
  fi
  spark_settings+=("spark.executor.extraJavaOptions=$executor_flags")
  # Of several values of a setting Spark takes the last.
  for index in "${!spark_settings[@]}"; do
    last["${spark_settings[index]%%=*}"]="$index"
  done
  for index in "${!spark_settings[@]}"; do
    if [[ "${last["${spark_settings[index]%%=*}"]}" == "$index" ]]; then
      options+=(--conf "${spark_settings[index]}")
    fi
  done
  if [[ -n "$properties_file" ]]; then
    options+=(--properties-file "$properties_file")
  fi
  spark_submit=(
    --class "$main_class"
    --deploy-mode "$deploy_mode"
    --driver-java-options "$driver_flags $logging"
    "${options[@]}"
    "$job_jar" "${job_arguments[@]}"
  )
}

run_with_spark_submit() {
  make_spark_submit
  if [[ -n "$computed" ]]; then
    grep -E '^spark\.(driver|executor)\.(memory|instances)' <<< "$computed" | paste -sd ' ' - >&2
  fi
  exec "$SPARK_HOME/bin/spark-submit" "${spark_submit[@]}"
}

# Has the job say what memory and executors its configuration needs, with the settings that were made.
compute_settings() {
  local arguments=() line
  read_configuration_arguments
  computed="$(run_explain explain --spark-settings "${arguments[@]}")" || exit $?
  driver_flags='' executor_flags=''
  while IFS= read -r line; do
    case "$line" in
      driver-java-option=*) driver_flags+="${line#*=} " ;;
      executor-java-option=*) executor_flags+="${line#*=} " ;;
      spark.*) spark_settings+=("$line") ;;
    esac
  done <<< "$computed"
}

# Appends those arguments of the job that name its configuration to the caller's arguments.
read_configuration_arguments() {
  local index
  for index in "${!job_arguments[@]}"; do
    case "${job_arguments[index]}" in
      --conf | --set) arguments+=("${job_arguments[@]:index:2}") ;;
      --conf=* | --set=*) arguments+=("${job_arguments[index]}") ;;
    esac
  done
}

# Runs explain here for an application elsewhere.
run_explain() {
  local properties
  # Without a master here, the cluster's own spark-defaults.conf names it.
  properties=("-Dspark.master=${master:-cluster}" "${spark_settings[@]/#/-D}")
  properties+=("-Dspark.submit.deployMode=$deploy_mode")
  if [[ -n "$properties_file" ]]; then
    properties+=("-Dsparkresnet.properties-file=$properties_file")
  fi
  "${java[@]}" "${properties[@]}" \
    -cp "$job_jar:$runtime/jars/*${HADOOP_CONF_DIR:+:$HADOOP_CONF_DIR}" "$main_class" "$@"
}

# Hands explain the command that starts the training, to print.
explain() {
  local command
  if [[ ! " ${job_arguments[*]} " =~ \ (--help|-h|--version|-V|--spark-settings)\  ]]; then
    command="$(start_command)" || exit $?
    java+=("-Dsparkresnet.start-command=$command")
  fi
  if is_for_this_machine; then
    run_on_this_machine
  else
    run_explain "${job_arguments[@]}"
  fi
}

# The command that starts a training with the same arguments, for bash. Runs in a process of its own, for
# it changes them.
start_command() {
  local arguments=() words=() word text before='' after=''
  if is_for_this_machine; then
    text="$(quoted "$root/submit/job.sh")"
    for word in "${command_line[@]}"; do
      case "$word" in
        explain) words+=(train) ;;
        --json | --stacktrace) ;;
        *) words+=("$word") ;;
      esac
    done
  else
    read_configuration_arguments
    job_arguments=(train "${arguments[@]}")
    make_spark_submit
    text="\"\$SPARK_HOME\"/bin/spark-submit"
    words=("${spark_submit[@]}")
    if [[ -n "$umask" ]]; then
      before="(umask $umask && " after=')'
    fi
  fi
  for word in "${words[@]}"; do
    text+="$(quoted "$word")"
  done
  echo "$before${text# }$after"
}

# As a word of bash, after a blank, or on a new line if it is an option.
quoted() {
  local before=' ' word="$1"
  if [[ "$1" == --[a-z]* || "$1" == "$job_jar" ]]; then
    before=$' \\\n    '
  fi
  if [[ ! "$1" =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]]; then
    word="${1@Q}"
  fi
  printf '%s%s' "$before" "$word"
}

# Spark takes one list of files, the last that it is given: those that it would have shipped, then ours,
# each once.
merge_files() {
  local given setting
  refuse_in_properties_file spark.files
  given="$(cluster_setting spark.files)"
  for setting in "${spark_settings[@]}"; do
    if [[ "$setting" == spark.files=* ]]; then
      given="${setting#*=}"
    fi
  done
  spark_settings+=("spark.files=$(printf '%s\n' "${given//,/$'\n'}" "${files[@]}" \
    | awk '{ gsub(/^[ \t]+|[ \t]+$/, "") } NF && !seen[$0]++' | paste -sd ',' -)")
}

# A driver on the cluster finds files of this machine in its working directory, by their names only.
ship_files() {
  local index argument file
  files+=("$root/conf/log4j2.properties")
  for index in "${!job_arguments[@]}"; do
    argument="${job_arguments[index]}"
    case "$argument" in
      --conf) file="${job_arguments[index + 1]:-}" ;;
      --conf=*) file="${argument#--conf=}" ;;
      *) continue ;;
    esac
    [[ -f "$file" ]] || refuse "--conf $file: not a file that can be read"
    ship_configuration "$file"
    if [[ "$argument" == --conf ]]; then
      job_arguments[index + 1]="$(basename "$file")"
    else
      job_arguments[index]="--conf=$(basename "$file")"
    fi
  done
}

# A configuration with those of its directory that it includes.
ship_configuration() {
  local included
  if [[ ! -f "$1" || " ${files[*]} " == *" $1 "* ]]; then
    return
  fi
  files+=("$1")
  while IFS= read -r included; do
    ship_configuration "$(dirname "$1")/$included"
  done < <(sed -nE 's/^ *include [^"]*"([^"/]+)".*/\1/p' "$1")
}

# Spark never removes the logs of executors of this machine; those of the last month stay.
remove_old_executor_logs() {
  if [[ -d "$runtime/work" ]]; then
    find "$runtime/work" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} +
  fi
}

run_on_this_machine() {
  local flags options=() setting home="$runtime"
  flags="$(java_flags)"
  spark_settings=(
    "spark.executor.extraJavaOptions=$flags $logging"
    "spark.executor.extraClassPath=$job_jar"
    # As much as conf/java.options leaves to them.
    "spark.driver.memory=2g"
    "spark.executor.memory=2g"
    "${spark_settings[@]}"
  )
  for setting in "${spark_settings[@]}"; do
    options+=("-D$setting")
    if [[ "$setting" == spark.driver.memory=* ]]; then
      options+=("-Xmx${setting#*=}")
    fi
  done
  if [[ -n "$properties_file" ]]; then
    options+=("-Dsparkresnet.properties-file=$properties_file")
  fi
  if has_executors; then
    remove_old_executor_logs
    # Spark names what it writes for executors after the second in which it starts, so that two runs of
    # one second would get in each other's way: each has a home of its own.
    home="$runtime/work/$(date +%Y%m%d-%H%M%S)-$$"
    mkdir -p "$home"
    ln -s "$runtime/jars" "$home/jars"
  fi
  # What Spark's scripts would have set for the processes that it starts.
  export SPARK_HOME="$home" SPARK_SCALA_VERSION=2.12
  if [[ -z "${SPARK_LOCAL_HOSTNAME:-}" ]]; then
    # Without the address the web pages of master and workers listen on every interface.
    export SPARK_LOCAL_HOSTNAME=localhost SPARK_LOCAL_IP="${SPARK_LOCAL_IP:-127.0.0.1}"
  fi
  exec "${java[@]}" "${options[@]}" \
    -cp "$job_jar:$runtime/jars/*" "$main_class" "${job_arguments[@]}"
}

# Whether the command starts an application with executors.
has_executors() {
  [[ "${job_arguments[0]:-}" =~ ^(train|preflight)$ ]]
}

# Whether executors are to be processes of this machine, on the runtime from Maven.
is_for_this_machine() {
  [[ -z "${SPARK_HOME:-}" && ! "$master" =~ ^yarn$|:// && "$deploy_mode" == client ]]
}

command_line=("$@")
split_arguments "$@"
if [[ "$gpus" == yes ]]; then
  use_gpus
fi
if [[ "$master" == k8s://* ]]; then
  use_pod_template
fi
read_spark_defaults
if [[ "${job_arguments[0]:-}" == explain ]]; then
  run=explain
elif [[ -n "${SPARK_HOME:-}" ]]; then
  run=run_with_spark_submit
elif is_for_this_machine; then
  run=run_on_this_machine
else
  refuse "SPARK_HOME names no Spark 3.5 for Scala 2.12, which a cluster needs"
fi
build_if_needed
"$run"
