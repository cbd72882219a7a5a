package dev.sparkresnet.job.command;

import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.failure.UserErrorException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** The whole command line: options of every command, and the commands. */
@Command(
    name = "submit/job.sh",
    header = "Trains a ResNet-50 on a Spark cluster.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    subcommands = {
      TrainCommand.class,
      ExplainCommand.class,
      PreflightCommand.class,
      DescribeCommand.class,
      GenerateDatasetCommand.class,
      StageDatasetCommand.class,
      BenchmarkCommand.class,
      ExportCommand.class
    },
    footer = {
      "",
      "For Spark, with any command: --master URL, --executor-cores N, --spark-conf KEY=VALUE,",
      "--properties-file FILE with what others must not see, such as conf/secured.conf and a secret.",
      "Example: submit/job.sh train --conf conf/cifar10-resnet50.conf --set optimizer.epochs=2",
      "Exit codes: 0 done, 1 failed, 2 for you to mend, 3 accuracy below evaluation.minimum-accuracy,",
      "4 diverged, 5 storage, 6 executors lost, 7 hung, 75 stopped, safe to run again."
    })
public final class JobCommand {
  static final int HELP_WIDTH = 100;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error occurred.")
  private boolean stacktrace;

  private JobCommand() {}

  /** The command line, ready to execute: every outcome is an exit code, no exception escapes. */
  public static CommandLine commandLine() {
    JobCommand root = new JobCommand();
    return new CommandLine(root)
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(HELP_WIDTH)
        .setExecutionStrategy(JobCommand::prepareAndRun)
        .setParameterExceptionHandler((misuse, arguments) -> Failure.report(misuse))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Failure.report(failure, command, root.stacktrace));
  }

  private static int prepareAndRun(ParseResult parsed) {
    try {
      SparkProperties.addTo(System.getProperties());
      chooseNativeLibrary();
    } catch (UserErrorException e) {
      return Failure.report(e, parsed.commandSpec().commandLine(), false);
    }
    return new RunLast().execute(parsed);
  }

  private static void chooseNativeLibrary() {
    try {
      JvmDevice.prepareForCpu();
    } catch (IllegalStateException e) {
      throw new UserErrorException(e.getMessage(), e);
    }
  }
}
