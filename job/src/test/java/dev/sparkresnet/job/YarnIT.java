package dev.sparkresnet.job;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.JobProcess.Outcome;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit/yarn.sh} on a real YARN with two NodeManagers, and HDFS. */
@Timeout(value = 6, unit = MINUTES, threadMode = SEPARATE_THREAD)
class YarnIT {
  private static final int IMAGES = 128;

  @TempDir private static Path directory;

  private static MiniYarn cluster;

  @BeforeAll
  static void startCluster() throws IOException {
    cluster = MiniYarn.start(directory, 0);
    SyntheticCifar.generate(new Configuration(), cluster.fileSystem() + "/images", IMAGES, 32, 3);
  }

  @AfterAll
  static void stopCluster() throws IOException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aRunThatBeganInClusterModeGoesOnInClientMode() throws Exception {
    Outcome first = train("--deploy-mode", "cluster", "--set", "optimizer.epochs=1");
    assertThat(first.exitCode()).as(() -> String.join("\n", first.lines())).isZero();
    assertThat(first.lines()).anyMatch(line -> line.endsWith("final status: SUCCEEDED"));
    assertThat(epochs()).containsExactly(1);

    Outcome second = train("--set", "optimizer.epochs=2", JobProcess.SKIP_PREFLIGHT);
    assertThat(second.exitCode()).as(() -> String.join("\n", second.lines())).isZero();
    assertThat(second.lines())
        .anyMatch(line -> line.contains("/run: resuming after epoch 1,"))
        .anyMatch(line -> line.matches(".* replica 0  executor [12]  host .*"))
        .anyMatch(line -> line.matches(".* replica 1  executor [12]  host .*"));
    assertThat(epochs()).containsExactly(1, 2);
  }

  private static Outcome train(String... others) throws Exception {
    List<String> arguments =
        JobProcess.onSmallExecutors(
            "train",
            Stream.of(
                "run-directory=" + cluster.fileSystem() + "/run",
                "dataset.path=" + cluster.fileSystem() + "/images",
                "optimizer.batch-size=16",
                "batch-norm.recalibration-minibatches=1"));
    arguments.addAll(
        List.of(
            "--conf",
            "conf/cifar10-resnet50.conf",
            "--executor-cores",
            "1",
            // Spark's jars are on every node, as on most clusters.
            "--spark-conf",
            "spark.yarn.jars=local:" + Path.of("target/runtime/jars").toAbsolutePath() + "/*"));
    arguments.addAll(List.of(others));
    return JobProcess.startWithSpark(
            "submit/yarn.sh",
            arguments,
            Map.of("HADOOP_CONF_DIR", directory.resolve("conf").toString()))
        .finish();
  }

  private static Stream<Integer> epochs() {
    return new MetricsFile(new Configuration(), cluster.fileSystem() + "/run")
        .read().stream().map(EpochMetrics::epoch);
  }
}
