# shellcheck shell=bash
# To be sourced: sets java to the Java that everything here runs on, or says what is wrong with it.
#
# Spark 3.5 and the flags of conf/java.options know Java 17 and 21. Another one fails later, and says less.

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
java_found="$("$java" -version 2>&1)" || java_found="none"
case "$java_found" in
  *' version "17'[.\"]* | *' version "21'[.\"]*) ;;
  *)
    java_found="${java_found#*version \"}"
    java_cure="set JAVA_HOME to one of them"
    echo "Cannot run the job: it needs Java 17 or 21, found ${java_found%%\"*} at $java; $java_cure" >&2
    exit 2
    ;;
esac
