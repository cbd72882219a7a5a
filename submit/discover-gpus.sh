#!/usr/bin/env bash
# Tells Spark which GPUs this host has for it: a discovery script of Spark, that of workers
# (spark.worker.resource.gpu.discoveryScript) as well as that of executors
# (spark.executor.resource.gpu.discoveryScript). It prints
#   {"name": "gpu", "addresses": ["0", "1"]}
# with the numbers that nvidia-smi gives them, or with what CUDA_VISIBLE_DEVICES names, in that order.
# Two workers on one host need their own GPUs: start each with its own CUDA_VISIBLE_DEVICES.
set -euo pipefail

refuse() {
  echo "Cannot discover GPUs on $(uname -n): $1" >&2
  exit 1
}

# One a line.
visible() {
  if [[ -n "${CUDA_VISIBLE_DEVICES+set}" ]]; then
    tr ',' '\n' <<< "$CUDA_VISIBLE_DEVICES"
  else
    nvidia-smi --query-gpu=index --format=csv,noheader
  fi
}

command -v nvidia-smi > /dev/null || refuse "there is no nvidia-smi; install NVIDIA's driver"
found="$(nvidia-smi -L 2>&1)" || refuse "nvidia-smi failed: ${found%%$'\n'*}"
addresses="$(visible | tr -d ' ' | sed '/^$/d')"
[[ -n "$addresses" ]] || refuse "there is none${CUDA_VISIBLE_DEVICES+ in CUDA_VISIBLE_DEVICES}"
[[ "$addresses" =~ ^[A-Za-z0-9/$'\n'-]+$ ]] || refuse "an address that is none: ${addresses//$'\n'/,}"
echo "{\"name\": \"gpu\", \"addresses\": [\"${addresses//$'\n'/\", \"}\"]}"
