package dev.sparkresnet.job.command;

import dev.sparkresnet.job.failure.Outcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code run-again}. */
@Command(
    name = "run-again",
    header = "Says whether to run a command again that ended with an exit code.",
    description = {
      "",
      "Prints one word: yes, at once, as it goes on after its last checkpoint; later, as what failed",
      "may have healed by then; or no. Knows what a process that was killed comes to, too.",
      "The same word stands in result.json as run_again."
    },
    footer = {"", "Example: submit/job.sh run-again 75"})
final class RunAgainCommand implements Runnable {
  @Parameters(paramLabel = "CODE", description = "Exit code of the command.")
  private int code;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().println(Outcome.againAfter(code).spelling());
  }
}
