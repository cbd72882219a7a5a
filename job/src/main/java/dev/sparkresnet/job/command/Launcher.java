package dev.sparkresnet.job.command;

import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.launch.ArgumentVector;
import dev.sparkresnet.job.launch.Environment;
import dev.sparkresnet.job.launch.JobWords;
import dev.sparkresnet.job.launch.SparkOptions;
import dev.sparkresnet.job.launch.Submission;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * What the scripts run first. It answers by itself what needs no other process: help, version,
 * {@code explain}, {@code run-again}, and what has to be refused. Of anything else it makes the
 * argument vector to execute.
 *
 * @param vectors takes what is to be executed
 */
public record Launcher(Environment environment, Consumer<ArgumentVector> vectors) {
  /** Launches what the words of a script say, and returns the exit code as far as that is known. */
  public int launch(List<String> script, PrintWriter out, PrintWriter err) {
    CommandLine commandLine = JobCommand.commandLine().setOut(out).setErr(err);
    List<String> given;
    SparkOptions spark;
    try {
      given = Submission.wordsOf(script, environment);
      spark = SparkOptions.of(given);
    } catch (UserErrorException e) {
      return Failure.report(e, commandLine, false);
    }
    return commandLine
        .setExecutionStrategy(JobCommand.telling(parsed -> launch(parsed, given, spark)))
        .execute(spark.others().toArray(String[]::new));
  }

  private int launch(ParseResult parsed, List<String> given, SparkOptions spark) {
    if (!parsed.hasSubcommand() || isAskedForHelp(parsed)) {
      return new RunLast().execute(parsed);
    }
    CommandLine command = parsed.subcommand().commandSpec().commandLine();
    if (command.getCommand() instanceof RunAgainCommand) {
      return new RunLast().execute(parsed);
    }
    JobWords job = new JobWords(command.getCommandName(), spark.others());
    try {
      launch(command, new Submission(given, spark, job, environment));
    } catch (RuntimeException e) {
      throw new ExecutionException(command, e.getMessage(), e);
    }
    return command.getCommandSpec().exitCodeOnSuccess();
  }

  private static boolean isAskedForHelp(ParseResult parsed) {
    return parsed.asCommandLineList().stream()
        .anyMatch(each -> each.isUsageHelpRequested() || each.isVersionHelpRequested());
  }

  private void launch(CommandLine command, Submission submission) {
    if (command.getCommand() instanceof ExplainCommand explain) {
      explain.print(submission);
      return;
    }
    try {
      ArgumentVector vector = submission.vector();
      if (!vector.notice().isEmpty()) {
        command.getErr().println(vector.notice());
      }
      vectors.accept(vector);
    } catch (RuntimeException e) {
      if (command.getCommand() instanceof TrainCommand train) {
        train.printBeforeTheRun(e);
      }
      throw e;
    }
  }
}
