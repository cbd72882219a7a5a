package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The file of Spark's settings that {@code submit/job.sh --properties-file} names. What is in it
 * stands in no process list.
 *
 * @param path with symbolic links followed
 * @param values its settings of Spark
 */
public record PropertiesFile(Path path, SortedMap<String, String> values) {
  /** The system property that names the file, where there is no spark-submit to read it. */
  static final String PROPERTY = "sparkresnet.properties-file";

  private static final String OPTION = "--properties-file ";
  private static final String PREFIX = "spark.";

  /** Hadoop's own umask is not that of files which the job or Spark writes without Hadoop. */
  private static final String UMASK = "spark.hadoop.fs.permissions.umask-mode";

  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  /** Copies the settings. */
  public PropertiesFile {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /**
   * Opens the file that an option names.
   *
   * @throws UserErrorException if it cannot be read, or holds a secret and is open to others
   */
  static PropertiesFile open(String name) {
    Path file = Path.of(name);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw Refusal.of(OPTION + name + ": not a file that can be read");
    }
    SortedMap<String, String> values = read(file);
    Secrets secrets = Secrets.of(values);
    if (values.entrySet().stream().anyMatch(each -> secrets.areIn(each.getKey(), each.getValue()))
        && isOpenToOthers(file)) {
      throw Refusal.of(
          "%s%s: it holds a secret and is open to others; chmod 600 %s"
              .formatted(OPTION, name, name));
    }
    return new PropertiesFile(realPath(file), values);
  }

  private static boolean isOpenToOthers(Path file) {
    try {
      return !Collections.disjoint(Files.getPosixFilePermissions(file), OF_OTHERS);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Path realPath(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The settings in a file. Like spark-submit, it passes over what is no setting of Spark.
   *
   * @throws UserErrorException if the file cannot be read
   */
  static SortedMap<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(file, e);
    }
    SortedMap<String, String> values = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(PREFIX)) {
        values.put(key, properties.getProperty(key).strip());
      }
    }
    return values;
  }

  private static UserErrorException unreadable(Path file, Exception cause) {
    return new UserErrorException(
        "Cannot read properties file %s: %s".formatted(file, Reason.of(cause)), cause);
  }

  /**
   * Adds the settings of the file that the system properties name, if they do, below those that are
   * there.
   *
   * @param settings the system properties, from which {@code SparkConf} reads
   * @throws UserErrorException if the file cannot be read
   */
  public static void addTo(Properties settings) {
    String file = settings.getProperty(PROPERTY);
    if (file != null) {
      read(Path.of(file)).forEach(settings::putIfAbsent);
    }
  }

  /** The flag that has a driver of this machine read it. */
  String flag() {
    return "-D%s=%s".formatted(PROPERTY, path);
  }

  /** The umask for files that the run makes on this machine, if the file has one. */
  Optional<String> umask() {
    return Optional.ofNullable(values.get(UMASK)).filter(value -> value.matches("0?[0-7]{3}"));
  }

  /**
   * Refuses a file with a setting that the launch makes, above which it would silently stand.
   *
   * @throws UserErrorException naming the setting
   */
  void refuse(Iterable<String> made) {
    for (String key : made) {
      if (values.containsKey(key)) {
        throw Refusal.of("%s%s: %s must be given by --spark-conf".formatted(OPTION, path, key));
      }
    }
  }
}
