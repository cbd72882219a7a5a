package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.ClusterSession;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.run.RunDirectory;

/** The watchdog that a job would have. */
final class TestWatchdog {
  private TestWatchdog() {}

  static Watchdog of(TrainingConfig config, ClusterSession session) {
    return Watchdog.of(
        session.context(),
        config.watchdog().timeout(),
        RunDirectory.prepare(config.runDirectory(), session.context().hadoopConfiguration()));
  }
}
