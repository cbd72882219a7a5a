#!/usr/bin/env bash
# Makes target/runtime/classes.jsa, from which the JVMs that tests start take the classes that drivers
# and executors load: share-classes.sh, run by Maven beside the first integration tests. Loading them
# from the jars is a third of the processor time of a small training.
set -euo pipefail

job="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)"
runtime="$job/target/runtime"
archive="$runtime/classes.jsa"
work="$job/target/share-classes"

# An archive is bound to its jars, which a build leaves alone if they would be the same.
if [[ "$archive" -nt "$runtime/lib/spark-resnet50.jar" ]]; then
  exit
fi
rm -rf "$archive" "$work"
mkdir -p "$work/lists"
export SPARK_RESNET50_BUILD="$runtime" JAVA_HOME="$job/src/test/jdk"
unset SPARK_HOME HADOOP_CONF_DIR YARN_CONF_DIR

train() {
  "$job/../submit/job.sh" generate-dataset --train 64 --test 32 "$work/images"
  LISTS_OF_CLASSES="$work/lists" "$job/../submit/job.sh" train --skip-preflight \
    --spark-conf spark.executor.memory=1g --set run-directory="$work/run" --set replicas=1 \
    --set dataset.path="$work/images" --set optimizer.epochs=1 --set optimizer.batch-size=16 \
    --set model.width=8 --set 'model.blocks=[1,1,1,1]' --set batch-norm.recalibration-minibatches=2
}

if ! train > "$work/train.log" 2>&1; then
  cat "$work/train.log"
  exit 1
fi
awk '!known[$0]++' "$work"/lists/* > "$work/classes.lst"
"$JDK_OF_TESTS/bin/java" -Xshare:dump -Xlog:disable -XX:+UseSerialGC \
  "-XX:SharedClassListFile=$work/classes.lst" "-XX:SharedArchiveFile=$work/classes.jsa" \
  -cp "$runtime/lib/spark-resnet50.jar:$runtime/jars/*"
# A JVM that starts meanwhile must not see half of it.
mv "$work/classes.jsa" "$archive"
