package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.job.command.Failure;
import dev.sparkresnet.job.command.JobCommand;
import dev.sparkresnet.job.launch.JavaRelease;
import dev.sparkresnet.job.launch.LateLogging;
import java.io.PrintWriter;
import org.apache.spark.SparkUserAppException;

/** Runs the command line and ends the process with its exit code. */
public final class Main {
  private static final int DONE = 0;

  private Main() {}

  public static void main(String[] arguments) throws SparkUserAppException {
    int exitCode = Failure.told(() -> run(arguments), new PrintWriter(System.err, true, UTF_8));
    if (isWithinYarn()) {
      tellYarn(exitCode);
    } else {
      System.exit(exitCode);
    }
  }

  private static int run(String... arguments) {
    JavaRelease.require(System.getProperty("java.version"), System.getProperty("java.home"));
    LateLogging.configure(System.getProperties());
    return JobCommand.commandLine().execute(arguments);
  }

  /** Whether the driver is a thread of YARN's application master. */
  private static boolean isWithinYarn() {
    return "yarn".equals(System.getProperty("spark.master"))
        && "cluster".equals(System.getProperty("spark.submit.deployMode"));
  }

  /** The application master takes any end of its process, with 0 as well, for a failure. */
  private static void tellYarn(int exitCode) throws SparkUserAppException {
    if (exitCode != DONE) {
      throw new SparkUserAppException(exitCode);
    }
  }
}
