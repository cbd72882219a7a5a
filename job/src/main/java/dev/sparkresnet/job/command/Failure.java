package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.PathPassword;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.Outcome;
import java.io.PrintWriter;
import java.util.function.IntSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells the user what went wrong and the caller whether it can be mended. */
public final class Failure {
  private Failure() {}

  /** The last resort of a process: whatever is thrown ends it with one line and a code. */
  public static int told(IntSupplier process, PrintWriter err) {
    try {
      return process.getAsInt();
    } catch (Throwable e) {
      Explanation explanation = Explanation.of(e, "the command");
      err.println(explanation.reason());
      return explanation.outcome().exitCode();
    }
  }

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
  static int report(Throwable failure, CommandLine command, boolean stacktrace) {
    PrintWriter err = command.getErr();
    if (stacktrace) {
      failure.printStackTrace(err);
    }
    Explanation explanation = Explanation.of(failure, command.getCommandName());
    err.println(explanation.reason());
    return explanation.outcome().exitCode();
  }
}
