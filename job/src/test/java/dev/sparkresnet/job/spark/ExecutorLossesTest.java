package dev.sparkresnet.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import scala.Option;

class ExecutorLossesTest {
  private final ExecutorLosses losses = new ExecutorLosses();

  private void lose(String executor, boolean byItself) {
    losses.onTaskEnd(
        new SparkListenerTaskEnd(
            0,
            0,
            "",
            new ExecutorLostFailure(executor, byItself, Option.apply("gone")),
            null,
            null,
            null));
    losses.onExecutorRemoved(new SparkListenerExecutorRemoved(0, executor, "gone"));
  }

  @Test
  void tellsWhatTheClusterTookBackFromWhatDied() {
    lose("1", false);
    assertThat(losses.areTakenBack(0)).isTrue();
    assertThat(losses.after(0)).contains("executor 1 was lost: gone");
    lose("2", true);
    assertThat(losses.areTakenBack(0)).as("one of two died").isFalse();
    assertThat(losses.areTakenBack(1)).isFalse();
    lose("3", false);
    assertThat(losses.areTakenBack(2)).isTrue();
    assertThat(losses.areTakenBack(3)).as("nothing was lost").isFalse();
  }
}
