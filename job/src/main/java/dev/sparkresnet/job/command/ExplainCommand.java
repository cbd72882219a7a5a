package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.explain.RunExplanation;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.launch.LaunchPlan;
import dev.sparkresnet.job.launch.Submission;
import java.io.PrintWriter;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code explain}. */
@Command(
    name = "explain",
    header = "Shows what a configuration comes to, and the command that starts it.",
    description = {
      "",
      "Every setting with its origin, steps, learning rate, memory and bytes that follow from them,",
      "and the command to paste: the very one that the script would run for train. Starts nothing,",
      "and runs on this machine whatever the master. Exit code 2 if the memory given is not enough."
    },
    footer = {
      "",
      "--spark-settings prints a line spark.KEY=VALUE for each setting, driver-java-option=FLAG and",
      "executor-java-option=FLAG for each flag; flags joined by blanks are an extraJavaOptions.",
      "Example: submit/job.sh explain --conf conf/cifar10-resnet50.conf --master yarn \\",
      "    --set dataset.path=hdfs:///cifar10 --set run-directory=hdfs:///runs/first"
    })
final class ExplainCommand implements Runnable {
  @Mixin private ConfigurationOptions configuration;

  @ArgGroup private Format format = new Format();

  @Spec private CommandSpec spec;

  private static final class Format {
    @Option(names = "--json", description = "Print all of it as JSON, with sizes in bytes.")
    private boolean json;

    @Option(
        names = "--spark-settings",
        description = "Print only what a script has to hand to spark-submit.")
    private boolean settingsOnly;
  }

  @Override
  public void run() {
    throw new UserErrorException(
        "Cannot explain how a run is started from within one: use submit/job.sh explain");
  }

  /** Explains the training that the same words would start. */
  void print(Submission submission) {
    ResolvedConfiguration resolved = configuration.resolve();
    LaunchPlan plan = submission.plan(resolved.training());
    PrintWriter out = spec.commandLine().getOut();
    if (format.settingsOnly) {
      plan.lines().forEach(out::println);
      return;
    }
    RunExplanation explanation = RunExplanation.of(resolved, plan, submission.startCommand());
    out.print(format.json ? explanation.toJson() : explanation.toText());
    out.flush();
  }
}
