package dev.sparkresnet.job.command;

import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.job.config.InvalidConfigurationException;
import dev.sparkresnet.job.failure.MendableException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells the user what went wrong and the caller whether it can be mended. */
final class Failure {
  private static final int FAILED = ExitCode.SOFTWARE;
  private static final int MENDABLE = ExitCode.USAGE;

  private Failure() {}

  /** Reports arguments that the command line does not understand. */
  static int report(ParameterException misuse) {
    CommandLine command = misuse.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println("Cannot run " + name + ": " + misuse.getMessage());
    UnmatchedArgumentException.printSuggestions(misuse, err);
    err.println("Try '" + name + " --help'.");
    return MENDABLE;
  }

  /** Reports what stopped a command: by one line, unless the user wants to see all. */
  static int report(Exception failure, CommandLine command, boolean stacktrace) {
    PrintWriter err = command.getErr();
    if (stacktrace) {
      failure.printStackTrace(err);
    }
    Optional<Throwable> mendable = causes(failure).filter(Failure::isMendable).findFirst();
    err.println(mendable.map(Throwable::getMessage).orElseGet(() -> message(failure, command)));
    return mendable.isPresent() ? MENDABLE : FAILED;
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }

  private static boolean isMendable(Throwable failure) {
    return failure instanceof InvalidConfigurationException
        || failure instanceof InvalidDatasetException
        || failure instanceof MendableException;
  }

  private static String message(Exception failure, CommandLine command) {
    String message = Objects.requireNonNullElse(failure.getMessage(), "");
    String firstLine = message.lines().findFirst().orElse("");
    if (firstLine.startsWith("Cannot ")) {
      return firstLine;
    }
    String kind = failure.getClass().getSimpleName();
    return "Cannot complete %s: %s (--stacktrace shows where)"
        .formatted(command.getCommandName(), firstLine.isEmpty() ? kind : kind + ": " + firstLine);
  }
}
