package dev.sparkresnet.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.failure.ExecutorsLostException;
import dev.sparkresnet.job.failure.UserErrorException;
import java.util.ArrayList;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.FetchFailed;
import org.apache.spark.SparkException;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.apache.spark.storage.BlockManagerId;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

class TaskFailuresTest {
  private final SparkException ofJob = new SparkException("Job aborted", null);

  private final TaskFailures failures = new TaskFailures();

  private void end(TaskEndReason reason) {
    TaskInfo task = new TaskInfo(1, 0, 0, 0, 0, "1", "b", TaskLocality.ANY(), false);
    failures.onTaskEnd(new SparkListenerTaskEnd(3, 0, "ResultTask", reason, task, null, null));
  }

  private static <T> Seq<T> none() {
    return JavaConverters.asScalaBuffer(new ArrayList<>());
  }

  private static TaskKilled killed() {
    return new TaskKilled("by a wish", none(), none(), none());
  }

  private static ExceptionFailure thrown(Throwable exception) {
    return new ExceptionFailure(exception, none());
  }

  private static ExecutorLostFailure lost(String reason) {
    return new ExecutorLostFailure("1", true, Option.apply(reason));
  }

  private RuntimeException explained() {
    return failures.explain("epoch 3/20: train", ofJob).orElseThrow();
  }

  @Test
  void reportsTheVeryExceptionOfATask() {
    DivergedException diverged = new DivergedException("Cannot go on training: the loss is NaN");
    end(thrown(new IllegalStateException("task failed", diverged)));
    end(killed());
    assertThat(explained()).isSameAs(diverged);
  }

  @Test
  void whatATaskSaysOfItsUserOutweighsALossThatFollows() {
    end(lost("Command exited with code 137"));
    end(thrown(new RuntimeException(InvalidDatasetException.cannotRead("x", "label 77"))));
    end(thrown(new UserErrorException("Cannot train: other")));
    assertThat(explained())
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot read dataset x: label 77");
  }

  @Test
  void aLossOutweighsWhatItHasOthersFailWith() {
    end(thrown(new IllegalStateException("Cannot reach replica 1 at 10.0.0.1:40123")));
    end(lost("Command exited with code 137"));
    assertThat(explained())
        .isExactlyInstanceOf(ExecutorsLostException.class)
        .hasMessage(
            "Cannot finish epoch 3/20: train: executor 1 on b was lost: Command exited with code"
                + " 137")
        .hasCause(ofJob);
  }

  @Test
  void dataThatCannotBeFetchedIsALoss() {
    BlockManagerId from = BlockManagerId.apply("2", "c", 7337, Option.empty());
    end(new FetchFailed(from, 1, 0, 0, 0, "Connection refused: c/10.0.0.2:7337\n\tat x"));
    assertThat(explained())
        .isExactlyInstanceOf(ExecutorsLostException.class)
        .hasMessage(
            "Cannot finish epoch 3/20: train: executor 1 on b did not get its data from executor"
                + " 2: Connection refused: c/10.0.0.2:7337");
  }

  @Test
  void leavesAnExceptionThatSpeaksForItself() {
    IllegalStateException failure = new IllegalStateException("Cannot close the epoch: 3 of 4");
    end(thrown(failure));
    assertThat(explained()).isSameAs(failure);
  }

  @Test
  void namesKindAndPlaceOfAnythingElse() {
    end(thrown(new OutOfMemoryError("Java heap space")));
    assertThat(explained())
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot finish epoch 3/20: train: OutOfMemoryError: Java heap space (executor 1 on b)");
  }

  @Test
  void knowsNothingOfEarlierJobsNorOfTasksThatWereKilled() {
    end(thrown(new IllegalStateException("of another job")));
    failures.forget();
    end(killed());
    assertThat(failures.explain("epoch 3/20: train", ofJob)).isEmpty();
  }
}
