package dev.sparkresnet.job;

import dev.sparkresnet.job.command.JobCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A training by the command line with its driver in this process.
 *
 * @param message on standard error at the end
 * @param log of the driver
 */
record JobInThisProcess(int exitCode, String message, List<String> log) {
  /** Trains a small network without a preflight. */
  static JobInThisProcess train(String master, Map<String, String> spark, Stream<String> settings)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("train", JobProcess.SKIP_PREFLIGHT));
    Stream.concat(JobProcess.smallNetwork(), settings)
        .forEach(setting -> arguments.addAll(List.of("--set", setting)));
    StringWriter err = new StringWriter();
    CommandLine command = JobCommand.commandLine().setErr(new PrintWriter(err));
    try (LoggedLines log = new LoggedLines()) {
      int exitCode =
          TestApplication.withMaster(
              master, spark, () -> command.execute(arguments.toArray(String[]::new)));
      return new JobInThisProcess(exitCode, err.toString().strip(), log.all());
    }
  }
}
