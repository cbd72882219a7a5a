package dev.sparkresnet.job.training;

import dev.sparkresnet.job.LoggedLines;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.preflight.Preflight;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.watch.StopRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A training that came to its end in an application which others use as well.
 *
 * @param reason that the user is told
 * @param log of the driver
 */
record EndedRun(int exitCode, String reason, List<String> log) {
  /** Trains without a preflight. */
  static EndedRun of(ClusterSession session, List<String> settings) {
    try (LoggedLines log = new LoggedLines()) {
      return of(session, settings, log);
    }
  }

  /** Trains without a preflight, while others listen to what it logs. */
  static EndedRun of(ClusterSession session, List<String> settings, LoggedLines log) {
    return of(session, configuration(settings), ignored -> {}, new StopRequest(), log);
  }

  /** Begins with the preflight, as the command does. */
  static EndedRun withPreflight(ClusterSession session, List<String> settings, StopRequest stop) {
    ResolvedConfiguration configuration = configuration(settings);
    try (LoggedLines log = new LoggedLines()) {
      return of(
          session,
          configuration,
          application -> Preflight.require(application, configuration.training()),
          stop,
          log);
    }
  }

  private static ResolvedConfiguration configuration(List<String> settings) {
    return ResolvedConfiguration.read(Optional.empty(), settings);
  }

  private static EndedRun of(
      ClusterSession session,
      ResolvedConfiguration configuration,
      Consumer<ClusterSession> firstStep,
      StopRequest stop,
      LoggedLines log) {
    Explanation why;
    try {
      TrainingJob.Ending ending = TrainingJob.run(session, configuration, firstStep, stop);
      why = new Explanation(ending.result().outcome(), ending.result().reason());
    } catch (Exception e) {
      // Scala need not declare what it throws.
      why = Explanation.of(e, "train");
    }
    return new EndedRun(why.outcome().exitCode(), why.reason(), log.all());
  }
}
