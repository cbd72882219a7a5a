package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.PathPassword;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.Outcome;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells the user what went wrong and the caller whether it can be mended. */
final class Failure {
  private Failure() {}

  /** Reports arguments that the command line does not understand. */
  static int report(ParameterException misuse) {
    CommandLine command = misuse.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println("Cannot run " + name + ": " + PathPassword.hide(misuse.getMessage()));
    UnmatchedArgumentException.printSuggestions(misuse, err);
    err.println("Try '" + name + " --help'.");
    return Outcome.MENDABLE.exitCode();
  }

  /** Reports what stopped a command: by one line, unless the user wants to see all. */
  static int report(Exception failure, CommandLine command, boolean stacktrace) {
    PrintWriter err = command.getErr();
    if (stacktrace) {
      failure.printStackTrace(err);
    }
    Explanation explanation = Explanation.of(failure, command.getCommandName());
    err.println(explanation.reason());
    return explanation.outcome().exitCode();
  }
}
