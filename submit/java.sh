# shellcheck shell=bash
# For scripts that start Java, to be sourced: it names the one to start, as java, and says whether the job
# runs on it.

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

# Prints nothing if it does, and else what is wrong and what helps.
problem_with_java() {
  local said cure='set JAVA_HOME to Java 17 or 21'
  if ! said="$("$java" -version 2>&1)"; then
    said="${said%%$'\n'*}"
    echo "JAVA_HOME=${JAVA_HOME:-} starts no Java (${said##*: }); $cure"
  elif [[ ! "$said" =~ version\ \"(1\.)?([0-9]+) ]]; then
    echo "$java does not say which Java it is; $cure"
  elif [[ "${BASH_REMATCH[2]}" != 17 && "${BASH_REMATCH[2]}" != 21 ]]; then
    echo "it needs Java 17 or 21, found ${BASH_REMATCH[2]} at $(type -P "$java"); $cure"
  fi
}
