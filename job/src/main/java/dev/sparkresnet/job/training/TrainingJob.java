package dev.sparkresnet.job.training;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.device.GpuRequest;
import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.HungException;
import dev.sparkresnet.job.failure.LowQualityException;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.RunResult;
import dev.sparkresnet.job.monitoring.TrainingPlugin;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.run.RunLease;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.storage.StorageRetry;
import dev.sparkresnet.job.watch.GracePeriod;
import dev.sparkresnet.job.watch.StopRequest;
import dev.sparkresnet.job.watch.TimeBudget;
import dev.sparkresnet.job.watch.Watchdog;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training from its start, or from wherever the run directory stands, to its end: the
 * application, the lease on the run directory and the account of how it ended.
 */
public final class TrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

  private final RunContext run;
  private final RunProgress progress;
  private final RunLease lease;
  private final Consumer<ClusterSession> firstStep;

  /**
   * How a run ended.
   *
   * @param failure what ended it, if it is not complete
   */
  public record Ending(RunResult result, Optional<RuntimeException> failure) {}

  private TrainingJob(RunContext run, RunLease lease, Consumer<ClusterSession> firstStep) {
    this.run = run;
    this.progress = new RunProgress(run.config().optimizer().epochs(), run.session().gauges());
    this.lease = lease;
    this.firstStep = firstStep;
  }

  /**
   * Trains to the last epoch of the configuration, from wherever the run directory stands, and
   * leaves {@code result.json} there.
   *
   * @param firstStep what to do, if there is something to train, before anything else with the
   *     application, such as to make sure that it can train; may wait for executors
   * @param stop makes it end early, with everything safe
   * @throws RuntimeException what kept it from having a run directory of its own
   */
  public static Ending run(
      ResolvedConfiguration configuration, Consumer<ClusterSession> firstStep, StopRequest stop) {
    return unlessStopped(
        configuration.training(),
        stop,
        budget -> {
          try (ClusterSession session =
              ClusterSession.open(
                  "spark-resnet50",
                  configuration.training().device(),
                  configuration.training().executorWait())) {
            return run(session, configuration, firstStep, stop, budget);
          }
        });
  }

  /** Does the same in an application that others opened, and that other trainings may follow in. */
  static Ending run(
      ClusterSession session,
      ResolvedConfiguration configuration,
      Consumer<ClusterSession> firstStep,
      StopRequest stop) {
    return unlessStopped(
        configuration.training(),
        stop,
        budget -> run(session, configuration, firstStep, stop, budget));
  }

  private static Ending unlessStopped(
      TrainingConfig config, StopRequest stop, Function<TimeBudget, Ending> training) {
    try (GracePeriod grace = new GracePeriod(config.shutdownGrace());
        TimeBudget budget = new TimeBudget(config.stopAfter(), stop)) {
      stop.whenMade(grace::begin);
      return training.apply(budget);
    } catch (Throwable e) {
      requireNotStopped(stop, e);
      throw e;
    }
  }

  private static Ending run(
      ClusterSession session,
      ResolvedConfiguration configuration,
      Consumer<ClusterSession> firstStep,
      StopRequest stop,
      TimeBudget budget) {
    SparkContext spark = session.context().sc();
    logWebPage(spark);
    TrainingConfig config = configuration.training();
    GpuRequest.require(config.device(), session.context().getConf());
    StorageRetry retry = StorageRetry.lasting(config.storage().retryFor());
    RunDirectory directory = prepare(config.runDirectory(), spark, retry);
    try (RunLease lease = acquireLease(directory, spark, retry)) {
      RunContext run =
          new RunContext(
              configuration,
              session,
              directory,
              new RunArchive(directory, lease, config.checkpoint(), retry),
              Watchdog.of(session.context(), config.watchdog().timeout(), directory),
              stop,
              budget);
      return new TrainingJob(run, lease, firstStep).train();
    }
  }

  private static void logWebPage(SparkContext spark) {
    TrainingPlugin.prometheusPage(spark)
        .ifPresent(
            metrics -> LOG.info("web page {}, for Prometheus {}", spark.uiWebUrl().get(), metrics));
  }

  private static RunDirectory prepare(String path, SparkContext spark, StorageRetry retry) {
    return retry.call(
        "preparing the run directory",
        () -> RunDirectory.prepare(path, spark.hadoopConfiguration()));
  }

  private static RunLease acquireLease(
      RunDirectory directory, SparkContext spark, StorageRetry retry) {
    return retry.call(
        "taking the lease",
        () -> RunLease.acquire(directory, spark.applicationId(), spark::cancelAllJobs));
  }

  /**
   * A run that was asked to stop did not fail by what it was interrupted in: exceptions that Scala
   * need not declare, or errors such as that of a class that could not be loaded to its end.
   */
  private static void requireNotStopped(StopRequest stop, Throwable failure) {
    boolean speaksForItself =
        failure instanceof StoppedException
            || failure instanceof DivergedException
            || failure instanceof HungException;
    Optional<String> by = speaksForItself ? Optional.empty() : stop.reason();
    if (by.isPresent()) {
      boolean unused = Thread.interrupted();
      LOG.warn("interrupted: {}", failure.toString());
      throw new StoppedException(
          "Stopped by %s; the same command goes on after the last checkpoint".formatted(by.get()),
          failure);
    }
  }

  private Ending train() {
    try {
      lease.guard(this::trainUnlessStopped);
      requireQuality();
      String reason =
          String.format(Locale.ROOT, "all %d epochs are done", progress.history().size());
      return end(new Explanation(Outcome.COMPLETE, reason), Optional.empty());
    } catch (Throwable e) {
      Explanation explanation = Explanation.of(e, "train");
      return end(explanation, Optional.of(explanation.toException(e)));
    }
  }

  private Ending end(Explanation explanation, Optional<RuntimeException> failure) {
    RunResult result =
        RunResult.of(
            explanation, run.directory().path().toString(), progress.epochs(), progress.history());
    run.archive().publish(result);
    return new Ending(result, failure);
  }

  private void trainUnlessStopped() {
    try {
      new TrainingRun(run, progress, firstStep).trainToTheEnd();
    } catch (Throwable e) {
      requireNotStopped(run.stop(), e);
      throw e;
    }
  }

  private void requireQuality() {
    EpochMetrics last = progress.history().get(progress.history().size() - 1);
    double minimum = run.config().evaluation().minimumAccuracy();
    if (last.testAccuracy() < minimum) {
      throw new LowQualityException(
          String.format(
              Locale.ROOT,
              "Cannot accept the network of %s: test accuracy %.4f after epoch %d, which"
                  + " evaluation.minimum-accuracy wants to be %.4f",
              run.directory().path(),
              last.testAccuracy(),
              last.epoch(),
              minimum));
    }
  }
}
