#!/usr/bin/env bash
# Runs a training for cron until it has ended for good: submit/schedule/run-to-end.sh LOG COMMAND...
#
# Whether it is run again after it has failed says submit/job.sh run-again: at once if it goes on after
# its last checkpoint, later if what failed may heal, three times at most. Everything goes into the
# log; the end of it is printed, for cron to mail, if the run did not succeed. Of trainings that log
# into one folder only one runs on this machine at a time, the next ends with 75; what starts elsewhere
# the lease of the run directory keeps off. TERM, INT and HUP are passed on to the training, which is
# waited for and not run again. The exit code is that of the last try.
set -euo pipefail

here="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=submit/stoppable.sh
source "$here/../stoppable.sh"

if (($# < 2)); then
  echo "Cannot run submit/schedule/run-to-end.sh: it needs LOG COMMAND..." >&2
  exit 2
fi
log="$1"
shift

exec 9> "$(dirname -- "$log")/.lock"
if ! flock --nonblock 9; then
  echo "Stopped: another training logs into the folder of $log and is going on"
  exit 75
fi
for ((left = 3; ; left--)); do
  code=0
  stoppable "$@" >> "$log" 2>&1 || code=$?
  if ((code == 0 || left == 0)) || [[ -n $stopped ]]; then
    break
  fi
  # Where not even that can be found out, nothing can run.
  again="$("$here/../job.sh" run-again "$code" 2>> "$log" 9>&-)" || again=no
  case "$again" in
    yes) wait_seconds="${RETRY_AFTER_SECONDS:-60}" ;;
    later) wait_seconds="${RETRY_LATER_SECONDS:-600}" ;;
    *) break ;;
  esac
  stoppable sleep "$wait_seconds" || break
done
if ((code != 0)); then
  echo "Exit code $code (README, When something fails), the end of $log:"
  tail -n 20 -- "$log"
fi
exit "$code"
