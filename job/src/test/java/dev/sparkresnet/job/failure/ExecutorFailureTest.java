package dev.sparkresnet.job.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExecutorFailureTest {
  private static final String PHASE = "epoch 3/20: train";

  @Test
  void reportsWhatTheReplicaSaid() {
    RuntimeException failure =
        explain(
            "Job aborted due to stage failure: Could not recover from a failed barrier"
                + " ResultStage. Most recent failure reason: Stage failed because barrier task"
                + " ResultTask(3, 1) finished unsuccessfully.\n"
                + "dev.sparkresnet.job.failure.DivergedException: Cannot go on training: the loss of replica 1"
                + " is NaN at step 7 of epoch 3\n\tat dev.sparkresnet.Replica.train");
    assertThat(failure)
        .isExactlyInstanceOf(DivergedException.class)
        .hasMessage("Cannot go on training: the loss of replica 1 is NaN at step 7 of epoch 3");
  }

  @Test
  void aDamagedDatasetIsForTheUserToMend() {
    RuntimeException failure =
        explain(
            "Job aborted: Lost task 0.0 (TID 4) (host executor 1):"
                + " dev.sparkresnet.datasets.InvalidDatasetException: Cannot read dataset"
                + " hdfs://a/b: label 77\n\tat x");
    assertThat(failure)
        .isExactlyInstanceOf(UserErrorException.class)
        .hasMessage("Cannot read dataset hdfs://a/b: label 77");
  }

  @Test
  void namesTheExceptionOfAnythingElse() {
    assertThat(explain("Job aborted: Lost task 0.0: java.lang.OutOfMemoryError: Java heap\n\tat x"))
        .hasMessage("Cannot finish epoch 3/20: train: java.lang.OutOfMemoryError: Java heap");
  }

  @Test
  void saysWhyAnExecutorWasLost() {
    assertThat(
            explain(
                "Job aborted due to stage failure: ResultStage 1 (reduce at X.java:129) has failed"
                    + " the maximum allowable number of times: 1. Most recent failure reason: Stage"
                    + " failed because barrier task ResultTask(1, 0) finished unsuccessfully.\n"
                    + "ExecutorLostFailure (executor 1 exited caused by one of the running tasks)"
                    + " Reason: Executor heartbeat timed out after 24783 ms\nDriver stacktrace:"))
        .isExactlyInstanceOf(ExecutorsLostException.class)
        .hasMessage(
            "Cannot finish epoch 3/20: train: ExecutorLostFailure (executor 1 exited caused by one"
                + " of the running tasks) Reason: Executor heartbeat timed out after 24783 ms");
  }

  @Test
  void keepsTheFirstLineOfAMessageWithoutException() {
    assertThat(explain("Job 3 cancelled because SparkContext was shut down\nDriver stacktrace:"))
        .hasMessage(
            "Cannot finish epoch 3/20: train: Job 3 cancelled because SparkContext was shut down");
  }

  @Test
  void leavesAnExceptionThatSpeaksForItself() {
    IllegalStateException failure =
        new IllegalStateException("Cannot close the epoch: 3 of 4 updates within 60 s");
    assertThat(ExecutorFailure.explain(PHASE, failure)).isSameAs(failure);
  }

  private static RuntimeException explain(String message) {
    return ExecutorFailure.explain(PHASE, new RuntimeException(message));
  }
}
