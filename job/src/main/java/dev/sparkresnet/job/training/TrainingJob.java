package dev.sparkresnet.job.training;

import dev.sparkresnet.job.config.ResolvedConfiguration;

/** A training run from the first epoch, or the one after the last checkpoint, to the last. */
public final class TrainingJob {
  private TrainingJob() {}

  /** Trains as the configuration says. */
  @SuppressWarnings("DoNotCallSuggester")
  public static void run(ResolvedConfiguration configuration) {
    throw new UnsupportedOperationException("Cannot train: not built yet");
  }
}
