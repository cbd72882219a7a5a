package dev.sparkresnet.job.launch;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a launch depends on besides its arguments.
 *
 * @param root of the installation, with {@code conf} and {@code submit}
 * @param build the directory of the build to run, with {@code lib} and {@code jars}
 * @param variables of the process environment
 * @param cores of this machine
 * @param memoryBytes of this machine, or of the container
 */
public record Environment(
    Path root, Path build, Map<String, String> variables, int cores, long memoryBytes) {

  /** Copies the variables. */
  public Environment {
    variables = Map.copyOf(variables);
  }

  /** The value of a variable, unless it is empty. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(Predicate.not(String::isEmpty));
  }

  Path jobJar() {
    return build.resolve("lib/spark-resnet50.jar");
  }

  /** What a Spark would bring, as an entry of a class path. */
  String jarsOfSpark() {
    return build.resolve("jars") + "/*";
  }

  Path conf(String name) {
    return root.resolve("conf").resolve(name);
  }

  Path submit(String name) {
    return root.resolve("submit").resolve(name);
  }

  /** The Java that runs drivers of this machine. */
  String java() {
    return variable("JAVA_HOME").map(home -> home + "/bin/java").orElse("java");
  }

  /** The directory of Hadoop's configuration, where Spark's own scripts look for it. */
  Optional<Path> hadoopConfiguration() {
    return Stream.of("HADOOP_CONF_DIR", "YARN_CONF_DIR")
        .flatMap(name -> variable(name).stream())
        .map(Path::of)
        .findFirst();
  }

  /** The cluster's own settings of Spark, if there are any. */
  Optional<Path> clusterDefaults() {
    return variable("SPARK_CONF_DIR")
        .or(() -> variable("SPARK_HOME").map(home -> home + "/conf"))
        .map(directory -> Path.of(directory, "spark-defaults.conf"))
        .filter(Files::isRegularFile);
  }

  /** The flag that has a JVM of this machine log as the installation says. */
  String logging() {
    return "-Dlog4j2.configurationFile=" + loggingAddress();
  }

  /** The file of the logging as an address, in which blanks are escaped: flags end at blanks. */
  public String loggingAddress() {
    String path = URI.create(conf("log4j2.properties").toUri().getRawPath()).toASCIIString();
    // Spark ends words at quotes, Log4j its files at commas.
    return "file:" + path.replace("'", "%27").replace(",", "%2C");
  }
}
