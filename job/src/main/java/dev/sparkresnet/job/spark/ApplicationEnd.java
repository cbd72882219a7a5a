package dev.sparkresnet.job.spark;

import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether others ended the application while its driver still needs it: an administrator, the
 * cluster manager, or Spark itself when it has lost the manager.
 */
final class ApplicationEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationEnd.class);
  private static final int SECONDS_TO_ANSWER = 15;

  private final SparkContext spark;
  private final ExecutorExits exits;

  ApplicationEnd(SparkContext spark, ExecutorExits exits) {
    this.spark = spark;
    this.exits = exits;
  }

  /** What to report of it, who ended it and why included, as far as the cluster manager says. */
  Optional<RuntimeException> reported() {
    return hasCome()
        ? Optional.of(
            new StoppedException(
                "Stopped by the cluster: application %s has ended: %s; the same command goes on after"
                        .formatted(spark.applicationId(), reason())
                    + " the last checkpoint"))
        : Optional.empty();
  }

  private boolean hasCome() {
    return spark.isStopped() || !exits.end().isEmpty();
  }

  /**
   * Goes on if the application lives.
   *
   * @throws StoppedException if it does not
   */
  void requireNotCome() {
    reported()
        .ifPresent(
            end -> {
              throw end;
            });
  }

  private String reason() {
    if (!exits.end().isEmpty()) {
      return exits.end();
    }
    return spark.master().equals("yarn")
        ? yarnReport().orElse("YARN does not say why")
        : "see the log of the driver and of the cluster manager";
  }

  private Optional<String> yarnReport() {
    try {
      return Optional.of(bounded(this::askYarn));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException | LinkageError e) {
      LOG.debug("YARN did not say how the application ended", e);
      return Optional.empty();
    }
  }

  /** A client of YARN is patient for a quarter of an hour. */
  private static String bounded(Callable<String> question)
      throws InterruptedException, ExecutionException, TimeoutException {
    FutureTask<String> answer = new FutureTask<>(question);
    new DaemonThreads("yarn-report").newThread(answer).start();
    try {
      return answer.get(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
    } finally {
      answer.cancel(true);
    }
  }

  private String askYarn() throws Exception {
    try (YarnClient yarn = YarnClient.createYarnClient()) {
      yarn.init(new YarnConfiguration(spark.hadoopConfiguration()));
      yarn.start();
      ApplicationReport report =
          yarn.getApplicationReport(ApplicationId.fromString(spark.applicationId()));
      String words = Optional.ofNullable(report.getDiagnostics()).orElse("");
      return report.getYarnApplicationState() + ", " + Reason.of(new IllegalStateException(words));
    }
  }
}
