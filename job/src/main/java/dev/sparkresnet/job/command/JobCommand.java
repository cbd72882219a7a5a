package dev.sparkresnet.job.command;

import static java.util.stream.Collectors.joining;

import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.launch.PropertiesFile;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.UsageMessageSpec;
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
      ExportCommand.class,
      RunAgainCommand.class
    },
    footer = {
      "",
      "For Spark, with any command: --master URL, --executor-cores N, --spark-conf KEY=VALUE,",
      "--properties-file FILE with what others must not see; --principal NAME, --keytab FILE.",
      "Example: submit/job.sh train --conf conf/cifar10-resnet50.conf --set optimizer.epochs=2"
    })
public final class JobCommand {
  /** Commands that run on a processor as well on which ND4J does not. */
  private static final Set<Class<?>> WITHOUT_ARRAYS =
      Set.of(
          JobCommand.class,
          ExplainCommand.class,
          GenerateDatasetCommand.class,
          StageDatasetCommand.class,
          RunAgainCommand.class);

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
    CommandLine commandLine =
        new CommandLine(root)
            .setExpandAtFiles(false)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(HELP_WIDTH)
            .setExecutionStrategy(telling(JobCommand::prepareAndRun))
            .setParameterExceptionHandler((misuse, arguments) -> Failure.report(misuse))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> Failure.report(failure, command, root.stacktrace));
    addExitCodes(commandLine.getCommandSpec().usageMessage());
    return commandLine;
  }

  /** Picocli lets errors pass, which end a command like any other failure. */
  static IExecutionStrategy telling(IExecutionStrategy strategy) {
    return parsed -> {
      try {
        return strategy.execute(parsed);
      } catch (Error e) {
        throw new ExecutionException(lastOf(parsed), e.toString(), e);
      }
    };
  }

  private static CommandLine lastOf(ParseResult parsed) {
    List<CommandLine> all = parsed.asCommandLineList();
    return all.get(all.size() - 1);
  }

  private static void addExitCodes(UsageMessageSpec usage) {
    String codes =
        Arrays.stream(Outcome.values())
            .map(outcome -> outcome.exitCode() + " " + outcome.meaning())
            .collect(joining(", ", "Exit codes: ", "."));
    usage.footer(
        Stream.concat(Arrays.stream(usage.footer()), Stream.of(codes)).toArray(String[]::new));
  }

  private static int prepareAndRun(ParseResult parsed) {
    try {
      PropertiesFile.addTo(System.getProperties());
      if (!WITHOUT_ARRAYS.contains(lastOf(parsed).getCommand().getClass())) {
        chooseNativeLibrary();
      }
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
