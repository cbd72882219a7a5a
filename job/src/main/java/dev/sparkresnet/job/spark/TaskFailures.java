package dev.sparkresnet.job.spark;

import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.job.failure.Causes;
import dev.sparkresnet.job.failure.ExecutorsLostException;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.RunException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.FetchFailed;
import org.apache.spark.Resubmitted$;
import org.apache.spark.TaskCommitDenied;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.Option;

/**
 * Hears from Spark what tasks failed with: the very exceptions, of which a job that fails tells the
 * driver no more than the text.
 */
final class TaskFailures extends SparkListener {
  private final List<Failure> failures = new CopyOnWriteArrayList<>();

  private record Failure(TaskFailedReason reason, String executor, String host) {
    <T> Optional<T> as(Class<T> kind) {
      return kind.isInstance(reason) ? Optional.of(kind.cast(reason)) : Optional.empty();
    }

    Optional<Throwable> exception() {
      return as(ExceptionFailure.class).flatMap(thrown -> optional(thrown.exception()));
    }

    /** It may be of a class that the driver cannot load. */
    String thrown() {
      return exception()
          .map(Reason::withKind)
          .orElseGet(() -> reason.toErrorString().lines().findFirst().orElse("no reason given"));
    }
  }

  private static <T> Optional<T> optional(Option<T> value) {
    return value.isDefined() ? Optional.of(value.get()) : Optional.empty();
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof TaskFailedReason reason && !isConsequence(reason)) {
      failures.add(new Failure(reason, end.taskInfo().executorId(), end.taskInfo().host()));
    }
  }

  /** Of the failure of another task, or of a wish. */
  private static boolean isConsequence(TaskFailedReason reason) {
    return reason instanceof TaskKilled
        || reason instanceof TaskCommitDenied
        || reason == Resubmitted$.MODULE$;
  }

  /** Forgets those of earlier jobs. */
  void forget() {
    failures.clear();
  }

  /**
   * What to report instead of the exception of a job, if tasks of it have failed: what says most of
   * what they failed with.
   *
   * @param work that cannot be finished, for a failure that does not speak for itself
   */
  Optional<RuntimeException> explain(String work, Exception ofJob) {
    return Stream.<Function<Failure, Optional<RuntimeException>>>of(
            TaskFailures::ownWords,
            failure -> lostExecutor(work, failure, ofJob),
            failure -> lostData(work, failure, ofJob),
            failure -> anythingElse(work, failure, ofJob))
        .flatMap(meaning -> failures.stream().flatMap(failure -> meaning.apply(failure).stream()))
        .findFirst();
  }

  private static Optional<RuntimeException> ownWords(Failure failure) {
    return failure.exception().stream()
        .flatMap(Causes::of)
        .filter(cause -> cause instanceof RunException || cause instanceof InvalidDatasetException)
        .map(RuntimeException.class::cast)
        .findFirst();
  }

  private static Optional<RuntimeException> lostExecutor(
      String work, Failure failure, Exception ofJob) {
    return failure
        .as(ExecutorLostFailure.class)
        .map(
            lost ->
                new ExecutorsLostException(
                    "Cannot finish %s: executor %s on %s was lost: %s"
                        .formatted(
                            work,
                            lost.execId(),
                            failure.host(),
                            optional(lost.reason()).orElse("no reason given")),
                    ofJob));
  }

  /** What an executor was to hand over to another is gone, or it does not answer. */
  private static Optional<RuntimeException> lostData(
      String work, Failure failure, Exception ofJob) {
    return failure
        .as(FetchFailed.class)
        .map(
            fetch ->
                new ExecutorsLostException(
                    "Cannot finish %s: executor %s on %s did not get its data from %s: %s"
                        .formatted(
                            work,
                            failure.executor(),
                            failure.host(),
                            fetch.bmAddress() == null
                                ? "an executor that is gone"
                                : "executor " + fetch.bmAddress().executorId(),
                            fetch.message().lines().findFirst().orElse("no reason given")),
                    ofJob));
  }

  private static Optional<RuntimeException> anythingElse(
      String work, Failure failure, Exception ofJob) {
    return Optional.of(
        failure
            .exception()
            .filter(Reason::saysWhatCannotBeDone)
            .filter(RuntimeException.class::isInstance)
            .map(RuntimeException.class::cast)
            .orElseGet(
                () ->
                    new IllegalStateException(
                        "Cannot finish %s: %s (executor %s on %s)"
                            .formatted(work, failure.thrown(), failure.executor(), failure.host()),
                        ofJob)));
  }
}
