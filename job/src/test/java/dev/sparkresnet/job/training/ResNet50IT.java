package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.TestApplication;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.spark.ClusterSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network that the job is named after, in its full size, through Spark for a few steps. */
@Tag("long")
class ResNet50IT {
  /** Trainable parameters and batch-norm statistics of ten classes. */
  private static final long PARAMETER_BYTES = 4L * (23_528_586 + 53_120);

  @TempDir private Path directory;

  @Test
  void trainsIsCheckpointedAndResumed() throws Exception {
    String images = directory.resolve("images").toString();
    SyntheticCifar.generate(new Configuration(), images, 16, 4, 1);
    String run = directory.resolve("run").toString();
    try (ClusterSession session = TestApplication.open("ResNet50IT", 2)) {
      assertThat(train(session, run, images, 1).exitCode()).isZero();
      EndedRun resumed = train(session, run, images, 2);
      assertThat(resumed.exitCode()).as(resumed.reason()).isZero();
      assertThat(resumed.log()).anyMatch(line -> line.contains("resuming after epoch 1"));
    }
    assertThat(Path.of(run, "checkpoints", "epoch-0002", "parameters.f32"))
        .hasSize(PARAMETER_BYTES);
    assertThat(new MetricsFile(new Configuration(), run).read())
        .extracting(EpochMetrics::examples)
        .containsExactly(16L, 16L);
    assertThat(Files.exists(Path.of(run, "result.json"))).isTrue();
  }

  private static EndedRun train(ClusterSession session, String run, String images, int epochs) {
    return EndedRun.of(
        session,
        List.of(
            "run-directory=" + run,
            "dataset.path=" + images,
            "optimizer.batch-size=4",
            "optimizer.epochs=" + epochs,
            "batch-norm.recalibration-minibatches=1"));
  }
}
