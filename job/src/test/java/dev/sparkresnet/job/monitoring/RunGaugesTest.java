package dev.sparkresnet.job.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.codahale.metrics.MetricRegistry;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.StepProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunGaugesTest {
  private static final EpochMetrics EPOCH =
      new EpochMetrics(3, 1.25, 0.5, 1.5, 0.75, 0.02, 5000, 1000, 10, 500, 2);

  private final MetricRegistry registry = new MetricRegistry();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final RunGauges gauges = new RunGauges(registry, () -> now);

  @Test
  void showNothingThatIsNotKnownBeforeARunBegins() {
    assertThat(GaugeValues.of(registry))
        .containsExactly(
            entry("checkpoints", 0.0),
            entry("epoch", 0.0),
            entry("epochs_complete", 0.0),
            entry("executor_losses", 0.0),
            entry("roll_backs", 0.0),
            entry("step", 0.0));
  }

  @Test
  void showHowFarTheReplicasHaveCome() {
    gauges.replicas(2);
    gauges.progress(new StepProgress(2, 20, 7, 391, 2.25, 0.25, 0.02, 300));
    gauges.progress(new StepProgress(3, 20, 8, 391, 2.125, 0.375, 0.01, 310));
    gauges.straggler(1.5);
    gauges.rollBacks(1);
    assertThat(GaugeValues.of(registry))
        .contains(
            entry("replicas", 2.0),
            entry("epoch", 3.0),
            entry("epochs", 20.0),
            entry("step", 8.0),
            entry("steps", 391.0),
            entry("train_loss", 2.125),
            entry("train_accuracy", 0.375),
            entry("learning_rate", 0.01),
            entry("examples_per_second", 310.0),
            entry("straggler_wait_seconds", 1.5),
            entry("roll_backs", 1.0));
  }

  @Test
  void showNoLossThatIsNotFinite() {
    gauges.progress(new StepProgress(2, 20, 7, 391, 2.25, 0.25, 0.02, 300));
    gauges.progress(new StepProgress(2, 20, 8, 391, Double.NaN, 0.25, 0.02, 300));
    assertThat(GaugeValues.of(registry)).containsEntry("step", 8.0).doesNotContainKey("train_loss");
    gauges.progress(new StepProgress(2, 20, 9, 391, 2.5, 0.25, 0.02, 300));
    assertThat(GaugeValues.of(registry)).containsEntry("train_loss", 2.5);
  }

  @Test
  void showTheLastCompleteEpochAsLongAsThereIsOne() {
    gauges.history(List.of(EPOCH, EPOCH));
    assertThat(GaugeValues.of(registry))
        .contains(
            entry("epochs_complete", 2.0), entry("test_loss", 1.5), entry("test_accuracy", 0.75));
    gauges.history(List.of());
    assertThat(GaugeValues.of(registry))
        .containsEntry("epochs_complete", 0.0)
        .doesNotContainKeys("test_loss", "test_accuracy");
  }

  @Test
  void countCheckpointsAndTheTimeSinceTheLast() {
    gauges.checkpoint(1);
    gauges.checkpoint(2);
    now = now.plusMillis(12_500);
    assertThat(GaugeValues.of(registry))
        .contains(
            entry("checkpoints", 2.0),
            entry("checkpoint_epoch", 2.0),
            entry("checkpoint_age_seconds", 12.5));
  }

  @Test
  void showEveryExecutorAndTheSumOfAll() {
    gauges.executorTells(figures("0", Map.of("minibatches", 3.0, "sent_bytes", 100.0)));
    gauges.executorTells(figures("1", Map.of("minibatches", 4.0, "off_heap_bytes", 7e6)));
    gauges.executorTells(figures("1", Map.of("minibatches", 5.0, "off_heap_bytes", 6e6)));
    assertThat(GaugeValues.of(registry))
        .contains(
            entry("executor.0.minibatches", 3.0),
            entry("executor.0.sent_bytes", 100.0),
            entry("executor.1.minibatches", 5.0),
            entry("executor.1.off_heap_bytes", 6e6),
            entry("minibatches", 8.0),
            entry("sent_bytes", 100.0))
        .doesNotContainKeys("off_heap_bytes", "received_bytes");
  }

  @Test
  void forgetALostExecutorButNotWhatItDid() {
    gauges.executorTells(figures("1", Map.of("minibatches", 3.0)));
    gauges.executorTells(figures("10", Map.of("minibatches", 4.0)));
    gauges.executorLost("1");
    gauges.executorTells(figures("1", Map.of("minibatches", 4.0)));
    assertThat(GaugeValues.of(registry))
        .contains(
            entry("executor_losses", 1.0),
            entry("executor.10.minibatches", 4.0),
            entry("minibatches", 7.0))
        .doesNotContainKey("executor.1.minibatches");
  }

  private static ExecutorFigures figures(String executor, Map<String, Double> values) {
    return new ExecutorFigures(executor, values);
  }
}
