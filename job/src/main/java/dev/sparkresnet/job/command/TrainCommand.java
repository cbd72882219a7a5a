package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.training.TrainingJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code train}. */
@Command(
    name = "train",
    header = "Trains the network, or goes on after the last complete epoch.",
    description = {
      "",
      "Checkpoints, metrics and the learning curve go to training.run-directory. The same command",
      "with the same directory resumes. Settings and defaults: job/src/main/resources/reference.conf."
    },
    footer = {
      "",
      "Example: submit/job.sh train --conf conf/cifar10-resnet50.conf \\",
      "    --set dataset.path=hdfs:///cifar10 --set run-directory=hdfs:///runs/first"
    })
final class TrainCommand implements Runnable {
  @Mixin private ConfigurationOptions configuration;

  @Override
  public void run() {
    ResolvedConfiguration resolved = configuration.resolve();
    int cores = Runtime.getRuntime().availableProcessors();
    LocalCluster.useUnlessClusterNamed(
        System.getProperties(), resolved.training().replicas(), cores);
    TrainingJob.run(resolved);
  }
}
