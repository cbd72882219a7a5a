#!/usr/bin/env bash
# Trains across three network namespaces, each with addresses of its own, as if they were hosts:
#   network-namespaces.sh DIRECTORY [KEY=VALUE...]   settings of the job, as for --set
#   network-namespaces.sh --check                    says by its exit code whether it can run here
#
# The driver and a standalone master are in the first, a worker is in each of the two others. All
# have an address in 10.88.0.0/24, which Spark uses, and one in 10.77.0.0/24, which the mask chooses
# for the updates. There 5 % of the packets are lost, where nftables or netem is at hand.
# Needs root, iproute2, and a packaged job. Images come from DIRECTORY/images, or are generated.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd)"
runtime="$root/job/target/runtime"
export SPARK_RESNET50_BUILD="$runtime"
prefix="resnet-$$"
switch="$prefix-switch"
hosts=("$prefix-driver" "$prefix-worker1" "$prefix-worker2")
spark_network=10.88.0
update_network=10.77.0
master_port=7077
lost_percent=5

on_host() {
  local host="$1"
  shift
  ip netns exec "${hosts[host]}" "$@"
}

make_switch() {
  ip netns add "$switch"
  ip -n "$switch" link add bridge type bridge
  ip -n "$switch" link set bridge up
}

make_host() {
  local host="$1" namespace="${hosts[$1]}" last=$(($1 + 1))
  ip netns add "$namespace"
  ip -n "$switch" link add "port$host" type veth peer name eth0 netns "$namespace"
  ip -n "$switch" link set "port$host" master bridge up
  ip -n "$namespace" address add "$spark_network.$last/24" dev eth0
  ip -n "$namespace" address add "$update_network.$last/24" dev eth0
  ip -n "$namespace" link set lo up
  ip -n "$namespace" link set eth0 up
}

make_network() {
  local host
  make_switch
  for host in "${!hosts[@]}"; do
    make_host "$host"
  done
}

lose_packets() {
  local host
  for host in "${!hosts[@]}"; do
    on_host "$host" nft add table ip loss &&
      on_host "$host" nft add chain ip loss in '{ type filter hook input priority 0; }' &&
      on_host "$host" nft add rule ip loss in ip daddr "$update_network.0/24" meta l4proto tcp \
        numgen random mod 100 '<' "$lost_percent" drop ||
      on_host "$host" tc qdisc add dev eth0 root netem loss "$lost_percent%" ||
      return 1
  done 2> /dev/null
}

remove_network() {
  local namespace
  for namespace in "${hosts[@]}" "$switch"; do
    stop_processes "$namespace"
    ip netns delete "$namespace" 2> /dev/null || true
  done
}

# Whatever runs in our namespaces was started by us, executors of the workers included.
stop_processes() {
  local signal deadline pids
  for signal in TERM KILL; do
    deadline=$((SECONDS + 10))
    while pids="$(ip netns pids "$1" 2> /dev/null)" && [[ -n "$pids" ]] && ((SECONDS < deadline)); do
      # shellcheck disable=SC2086 # one word a process
      kill -"$signal" $pids 2> /dev/null || true
      sleep 0.2
    done
  done
}

spark() {
  local host="$1"
  shift
  SPARK_HOME="$runtime" SPARK_SCALA_VERSION=2.12 SPARK_LOCAL_IP="$spark_network.$((host + 1))" \
    on_host "$host" "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx256m -XX:+IgnoreUnrecognizedVMOptions \
    --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
    -cp "$runtime/jars/*:$runtime/lib/*" "$@" > "$directory/spark-$host.log" 2>&1 &
}

start_cluster() {
  local host
  spark 0 org.apache.spark.deploy.master.Master \
    --host "$spark_network.1" --port "$master_port" --webui-port 0
  await_master
  for host in 1 2; do
    spark "$host" org.apache.spark.deploy.worker.Worker --host "$spark_network.$((host + 1))" \
      --webui-port 0 --cores 1 --memory 1g --work-dir "$directory/worker-$host" \
      "spark://$spark_network.1:$master_port"
  done
}

await_master() {
  local deadline=$((SECONDS + 30))
  until on_host 0 bash -c ": < /dev/tcp/$spark_network.1/$master_port" 2> /dev/null; do
    if ((SECONDS > deadline)); then
      echo "Cannot start the master: $directory/spark-0.log says why" >&2
      return 1
    fi
    sleep 0.2
  done
}

train() {
  local settings=() setting
  for setting in "$@"; do
    settings+=(--set "$setting")
  done
  SPARK_HOME="$root/job/src/test/spark" SPARK_LOCAL_IP="$spark_network.1" \
    ip netns exec "${hosts[0]}" \
    "$root/submit/standalone.sh" "spark://$spark_network.1:$master_port" train \
    --executor-cores 1 \
    --spark-conf spark.executor.memory=1g \
    --spark-conf spark.driver.memory=1g \
    --spark-conf spark.driver.host="$spark_network.1" \
    --set "dataset.path=$directory/images" \
    --set "run-directory=$directory/run" \
    --set "gradient-sharing.network-mask=$update_network.0/24" \
    "${settings[@]}"
}

check() {
  trap remove_network EXIT
  make_network
}

main() {
  directory="$(mkdir -p "$1" && cd "$1" && pwd)"
  shift
  [[ -d "$directory/images" ]] || "$root/submit/job.sh" generate-dataset --train 600 --test 100 "$directory/images"
  trap remove_network EXIT
  make_network
  if lose_packets; then
    echo "losing $lost_percent % of the packets with updates"
  else
    echo "losing nothing: neither nftables nor netem works here"
  fi
  start_cluster
  train "$@"
}

if [[ "${1:-}" == --check ]]; then
  check
elif (($# > 0)); then
  main "$@"
else
  sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
