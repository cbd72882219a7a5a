package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.config.TrainingConfig;

/** One way in which a submission runs. */
interface Launch {
  /** The class whose main method runs a command. */
  String MAIN_CLASS = "dev.sparkresnet.job.Main";

  /** What executes it. */
  ArgumentVector vector();

  /** The same for bash, as a user would give it. */
  String text();

  /** The memory and settings of a training with a configuration. */
  LaunchPlan plan(TrainingConfig config);
}
