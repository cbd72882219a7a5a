package dev.sparkresnet.job;

import dev.sparkresnet.job.command.JobCommand;
import dev.sparkresnet.job.launch.LateLogging;
import org.apache.spark.SparkUserAppException;

/** Runs the command line and ends the process with its exit code. */
public final class Main {
  private static final int DONE = 0;

  private Main() {}

  public static void main(String[] arguments) throws SparkUserAppException {
    LateLogging.configure(System.getProperties());
    int exitCode = JobCommand.commandLine().execute(arguments);
    if (isWithinYarn()) {
      tellYarn(exitCode);
    } else {
      System.exit(exitCode);
    }
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
