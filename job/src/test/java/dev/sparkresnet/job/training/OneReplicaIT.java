package dev.sparkresnet.job.training;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.TestApplication;
import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.spark.ClusterSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A training with nobody to share with, on one of two executors: the other one is idle. */
@Timeout(value = 5, unit = MINUTES, threadMode = SEPARATE_THREAD)
class OneReplicaIT {
  @TempDir private static Path directory;

  private static ClusterSession session;

  @BeforeAll
  static void startTwoExecutors() throws Exception {
    SyntheticCifar.generate(new Configuration(), directory.resolve("images").toString(), 64, 16, 3);
    session = TestApplication.open("OneReplicaIT", 2);
  }

  @AfterAll
  static void stop() {
    session.close();
  }

  @ParameterizedTest
  @EnumSource
  void trainsAlone(Master master) {
    String run = directory.resolve(master.name()).toString();
    EndedRun complete =
        EndedRun.of(
            session,
            List.of(
                "replicas=1",
                "master=" + master.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "run-directory=" + run,
                "dataset.path=" + directory.resolve("images"),
                "model.blocks=[1]",
                "model.width=4",
                "optimizer.batch-size=32",
                "optimizer.epochs=2",
                "batch-norm.recalibration-minibatches=1"));
    assertThat(complete.exitCode()).as(complete.reason()).isZero();
    assertThat(new MetricsFile(new Configuration(), run).read())
        .extracting(EpochMetrics::replicas, EpochMetrics::examples, EpochMetrics::testExamples)
        .hasSize(2)
        .containsOnly(tuple(1, 64L, 16L));
  }
}
