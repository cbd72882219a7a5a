package dev.sparkresnet.job.watch;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.spark.ClusterSession;

/** The watchdog that a job would have. */
public final class TestWatchdog {
  private TestWatchdog() {}

  public static Watchdog of(TrainingConfig config, ClusterSession session) {
    return Watchdog.of(
        session.context(),
        config.watchdog().timeout(),
        RunDirectory.prepare(config.runDirectory(), session.context().hadoopConfiguration()));
  }
}
