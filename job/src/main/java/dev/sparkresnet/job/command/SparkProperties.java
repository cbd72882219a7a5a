package dev.sparkresnet.job.command;

import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The file of Spark's settings that {@code submit/job.sh --properties-file} names. What is in it
 * stands in no process list.
 */
final class SparkProperties {
  /** The system property that names the file, where there is no spark-submit to read it. */
  static final String FILE = "sparkresnet.properties-file";

  private static final String PREFIX = "spark.";

  private SparkProperties() {}

  /**
   * Adds the settings of the file, if one is named, below those that are there. Like spark-submit,
   * it passes over what is no setting of Spark.
   *
   * @param settings the system properties, from which {@link org.apache.spark.SparkConf} reads
   * @throws UserErrorException if the file cannot be read
   */
  static void addTo(Properties settings) {
    String file = settings.getProperty(FILE);
    if (file == null) {
      return;
    }
    Properties given = read(file);
    for (String key : given.stringPropertyNames()) {
      if (key.startsWith(PREFIX)) {
        settings.putIfAbsent(key, given.getProperty(key).strip());
      }
    }
  }

  private static Properties read(String file) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of(file))) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserErrorException(
          "Cannot read properties file %s: %s".formatted(file, Reason.of(e)), e);
    }
    return properties;
  }
}
