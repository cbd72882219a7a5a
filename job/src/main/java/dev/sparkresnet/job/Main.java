package dev.sparkresnet.job;

import dev.sparkresnet.job.command.JobCommand;

/** Runs the command line and ends the process with its exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(JobCommand.commandLine().execute(arguments));
  }
}
