#!/usr/bin/env bash
# Runs a training for a scheduler that tries again by itself: submit/schedule/once.sh COMMAND...
#
# The exit code is that of the training, or 99 if it has failed and the same again would end the same,
# by what submit/job.sh run-again says. TERM, INT and HUP are passed on to the training, which is waited
# for.
set -euo pipefail

here="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=submit/stoppable.sh
source "$here/../stoppable.sh"

if (($# < 1)); then
  echo "Cannot run submit/schedule/once.sh: it needs COMMAND..." >&2
  exit 2
fi
code=0
stoppable "$@" || code=$?
if ((code != 0)) && [[ -z $stopped ]]; then
  again="$("$here/../job.sh" run-again "$code")" || again=no
  if [[ $again == no ]]; then
    code=99
  fi
fi
exit "$code"
