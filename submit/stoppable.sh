# shellcheck shell=bash
# For scripts that wait for a command, to be sourced: whoever stops the script stops the command.
#
# The command runs in a session of its own, so that it hears of a stop once only, whether the signal
# went to the script or to all of its group.

stopped=''
child=''

pass_on() {
  stopped="$1"
  [[ -z $child ]] || kill -TERM "$child" 2> /dev/null || true
}
trap 'pass_on TERM' TERM
trap 'pass_on INT' INT
trap 'pass_on HUP' HUP

# Runs a command, waits for its end whatever comes, and returns its exit code.
stoppable() {
  local code=0
  # Locks that the script holds end with the script.
  setsid "$@" < /dev/null 9>&- &
  child=$!
  [[ -z $stopped ]] || pass_on "$stopped"
  while kill -0 "$child" 2> /dev/null; do
    wait "$child" || true
  done
  wait "$child" || code=$?
  child=''
  return "$code"
}
