package dev.sparkresnet.job;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.spark.ClusterSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * The system properties that spark-submit would set, for applications that run inside a test.
 *
 * <p>Executors are processes of their own and run what {@code mvn package} put into {@code
 * target/runtime}.
 */
public final class TestApplication {
  private static final Path RUNTIME = Path.of("target", "runtime").toAbsolutePath();

  private TestApplication() {}

  /** Runs an application with its driver in this process and two executors in others. */
  public static <T> T onTwoExecutors(Callable<T> application) throws Exception {
    return onExecutors(2, application);
  }

  /** Runs an application with its driver in this process and executors in others. */
  public static <T> T onExecutors(int count, Callable<T> application) throws Exception {
    return withMaster(localCluster(count), Map.of(), application);
  }

  /** Starts an application with its driver in this process; the caller closes it. */
  public static ClusterSession open(String name, int executors) throws Exception {
    return onExecutors(
        executors, () -> ClusterSession.open(name, Device.CPU, Duration.ofMinutes(1)));
  }

  /** The executors that this process has on this machine. */
  public static List<ProcessHandle> executors() throws IOException {
    return List.copyOf(JobProcess.executorsOf(ProcessHandle.current()).values());
  }

  static String localCluster(int executors) {
    return "local-cluster[" + executors + ",1,1024]";
  }

  static <T> T withMaster(String master, Map<String, String> settings, Callable<T> application)
      throws Exception {
    makeSparkHome();
    Properties before = (Properties) System.getProperties().clone();
    properties(master).forEach(System::setProperty);
    settings.forEach(System::setProperty);
    try {
      return application.call();
    } finally {
      System.setProperties(before);
    }
  }

  /** Executors of two JVMs of tests would otherwise write into the same directories. */
  private static void makeSparkHome() throws IOException {
    Path home = Path.of(System.getenv("SPARK_HOME"));
    Path jars = home.resolve("jars");
    if (!Files.exists(jars)) {
      Files.createDirectories(home);
      Files.createSymbolicLink(jars, RUNTIME.resolve("jars"));
    }
  }

  private static Map<String, String> properties(String master) throws IOException {
    return Map.of(
        "spark.master", master,
        "spark.driver.host", "127.0.0.1",
        "spark.driver.bindAddress", "127.0.0.1",
        "spark.executor.memory", "1g",
        "spark.executor.extraJavaOptions", executorFlags(),
        "spark.executorEnv.OMP_NUM_THREADS", "1",
        "spark.executor.extraClassPath", executorClassPath(),
        "spark.ui.enabled", "false");
  }

  /**
   * What the scripts give to executors, and the tasks that tests bring. It begins as the archive of
   * share-classes.sh wants it.
   */
  private static String executorClassPath() {
    return String.join(
        ":",
        RUNTIME.resolve("lib/spark-resnet50.jar").toString(),
        RUNTIME.resolve("jars") + "/*",
        Path.of("target/test-classes").toAbsolutePath().toString());
  }

  /** The flags that the scripts give to executors. */
  private static String executorFlags() throws IOException {
    return Files.readAllLines(Path.of("..", "conf", "java.options")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .collect(Collectors.joining(" "));
  }
}
