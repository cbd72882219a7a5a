package dev.sparkresnet.job.launch;

import java.nio.file.Path;
import java.util.Properties;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * The logging of a driver whose JVM starts before its files arrive. On Kubernetes spark-submit
 * fetches them in the JVM of the driver, and Log4j keeps to what Spark gave it until then.
 */
public final class LateLogging {
  /** The system property that names the file. */
  static final String FILE = "sparkresnet.logging-file";

  private LateLogging() {}

  /** The flag that names a file of the working directory. */
  static String flag(String file) {
    return "-D%s=%s".formatted(FILE, file);
  }

  /** Logs as the file says, if one is named. */
  public static void configure(Properties settings) {
    String file = settings.getProperty(FILE);
    if (file != null) {
      Configurator.reconfigure(Path.of(file).toUri());
    }
  }
}
