#!/usr/bin/env bash
# Runs a training for cron until it has ended for good: submit/schedule/run-to-end.sh LOG COMMAND...
#
# A run that was interrupted (exit code 75) or lost its executors (6) goes on after its last checkpoint,
# three times at most. Everything goes into the log; the end of it is printed, for cron to mail, if the run
# did not succeed. Of trainings that log into one folder only one runs on this machine at a time, the next
# ends with 75; what starts elsewhere the lease of the run directory keeps off. The exit code is that of
# the last try.
set -euo pipefail

if (($# < 2)); then
  echo "Cannot run submit/schedule/run-to-end.sh: it needs LOG COMMAND..." >&2
  exit 2
fi
log="$1"
shift

exec 9> "$(dirname "$log")/.lock"
if ! flock --nonblock 9; then
  echo "Stopped: another training logs into the folder of $log and is going on"
  exit 75
fi
for ((left = 3; ; left--)); do
  code=0
  "$@" >> "$log" 2>&1 || code=$?
  if [[ $code != 75 && $code != 6 ]] || ((left == 0)); then
    break
  fi
  sleep "${RETRY_AFTER_SECONDS:-60}"
done
if ((code != 0)); then
  echo "Exit code $code (README, Outcome), the end of $log:"
  tail -n 20 "$log"
fi
exit "$code"
