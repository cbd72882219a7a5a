package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.ResultLimit;
import dev.sparkresnet.job.metrics.RunResult;
import dev.sparkresnet.job.preflight.Preflight;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.storage.StorageRetry;
import dev.sparkresnet.job.training.TrainingJob;
import dev.sparkresnet.job.watch.StopRequest;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code train}. */
@Command(
    name = "train",
    header = "Trains the network, or goes on after the last checkpoint.",
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

  @Option(names = "--json", description = "Print result.json on standard output at the end.")
  private boolean json;

  @Option(
      names = "--skip-preflight",
      description = "Train without the checks of the command preflight.")
  private boolean skipPreflight;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    TrainingJob.Ending ending;
    try {
      ending = train();
    } catch (RuntimeException e) {
      printBeforeTheRun(e);
      throw e;
    }
    print(ending.result());
    ending
        .failure()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  /** What came of a run that did not begin. */
  void printBeforeTheRun(RuntimeException failure) {
    print(RunResult.beforeTheRun(Explanation.of(failure, spec.name())));
  }

  private TrainingJob.Ending train() {
    ResolvedConfiguration resolved = configuration.resolve();
    ResultLimit.set(MemoryPlan.of(resolved.training()), System.getProperties());
    prepareRunDirectory(resolved.training());
    StopRequest stop = new StopRequest();
    StopSignals.handOnTo(stop);
    return TrainingJob.run(resolved, session -> check(session, resolved.training()), stop);
  }

  /**
   * What is wrong with a folder is better said before Spark starts, and has much to say at its end.
   */
  private static void prepareRunDirectory(TrainingConfig config) {
    Configuration hadoop =
        StorageRetry.lasting(config.storage().retryFor())
            .call("logging in", HadoopSettings::configuration);
    RunDirectory.requireReachable(
        config.runDirectory(), config.storage().sharedFolders(), new SparkConf(), hadoop);
    RunDirectory.prepareIfLocal(config.runDirectory(), hadoop);
  }

  private void check(ClusterSession session, TrainingConfig config) {
    if (!skipPreflight) {
      Preflight.require(session, config);
    }
  }

  private void print(RunResult result) {
    if (json) {
      spec.commandLine().getOut().print(result.toJson());
      spec.commandLine().getOut().flush();
    }
  }
}
