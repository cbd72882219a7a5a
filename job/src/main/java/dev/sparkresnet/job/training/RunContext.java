package dev.sparkresnet.job.training;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.watch.StopRequest;
import dev.sparkresnet.job.watch.TimeBudget;
import dev.sparkresnet.job.watch.Watchdog;

/**
 * What a run works with from its beginning to its end.
 *
 * @param stop makes it end early
 */
record RunContext(
    ResolvedConfiguration configuration,
    ClusterSession session,
    RunDirectory directory,
    RunArchive archive,
    Watchdog watchdog,
    StopRequest stop,
    TimeBudget budget) {
  TrainingConfig config() {
    return configuration.training();
  }
}
