package dev.sparkresnet.job.spark;

import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SparkContext;
import org.apache.spark.deploy.client.StandaloneAppClient;
import org.apache.spark.deploy.client.StandaloneAppClientListener;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Hears from Spark's own cluster, this machine included, of executors that end before they have
 * come to the driver, of which Spark tells its listeners nothing, and of the end of the
 * application. It would start them anew for ever, many in a second; YARN and Kubernetes count for
 * themselves.
 */
final class ExecutorExits extends SparkListener implements StandaloneAppClientListener {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorExits.class);
  private static final int TOO_MANY = 10;
  private static final int LONGEST_LINE = 300;
  private static final String LOCAL = "local-cluster";

  private final Set<String> came = ConcurrentHashMap.newKeySet();
  private final List<Exit> exits = new CopyOnWriteArrayList<>();
  private final Optional<Path> logs;
  private StandaloneAppClientListener spark;
  private volatile String end = "";

  /**
   * The end of an executor.
   *
   * @param executor its number in the application
   * @param how it ended, in the words of its worker
   * @param place where it was, empty if its worker lives on
   */
  private record Exit(String executor, String how, String place) {}

  /**
   * @param logs of the executors, if they are on this machine
   */
  ExecutorExits(Optional<Path> logs, StandaloneAppClientListener spark) {
    this.logs = logs;
    this.spark = spark;
  }

  /** Listens to an application from here on. */
  static ExecutorExits of(SparkContext application) {
    ExecutorExits exits = new ExecutorExits(logs(application), null);
    application.addSparkListener(exits);
    if (application.schedulerBackend() instanceof StandaloneSchedulerBackend backend) {
      exits.listenIn(backend);
    }
    return exits;
  }

  private static Optional<Path> logs(SparkContext application) {
    return application.master().startsWith(LOCAL)
        ? Optional.ofNullable(System.getenv("SPARK_HOME"))
            .map(home -> Path.of(home, "work", application.applicationId()))
        : Optional.empty();
  }

  /** There is no other way to hear of it. Without, a wait ends with its time. */
  private void listenIn(StandaloneSchedulerBackend backend) {
    try {
      Field listener =
          Arrays.stream(StandaloneAppClient.class.getDeclaredFields())
              .filter(field -> field.getType() == StandaloneAppClientListener.class)
              .findFirst()
              .orElseThrow(NoSuchFieldException::new);
      listener.setAccessible(true);
      spark = backend;
      listener.set(backend.client(), this);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("this Spark does not tell of executors that end at once", e);
    }
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded added) {
    came.add(added.executorId());
  }

  @Override
  public void executorRemoved(
      String name, String how, Option<Object> exitStatus, Option<String> worker) {
    String executor = name.substring(name.lastIndexOf('/') + 1);
    exits.add(new Exit(executor, how, worker.isDefined() ? " on " + worker.get() : ""));
    spark.executorRemoved(name, how, exitStatus, worker);
  }

  @Override
  public void dead(String reason) {
    end = reason;
    spark.dead(reason);
  }

  /** Why the application has ended, empty while it lives. */
  String end() {
    return end;
  }

  /**
   * Makes sure that executors which start come to the driver.
   *
   * @throws UserErrorException if too many ended instead
   */
  void requireFew() {
    List<Exit> early = exits.stream().filter(exit -> !came.contains(exit.executor())).toList();
    if (early.size() < TOO_MANY) {
      return;
    }
    Exit last = early.get(early.size() - 1);
    throw new UserErrorException(
        String.format(
            Locale.ROOT,
            "Cannot train: executors end as soon as they start, %d until now; executor %s%s: %s%s;"
                + " is Java 17 there, and the same Spark?",
            early.size(),
            last.executor(),
            last.place(),
            last.how(),
            lastLineOf(last).map(line -> ", its last words: " + line).orElse("")));
  }

  private Optional<String> lastLineOf(Exit exit) {
    return logs.flatMap(folder -> lastLine(folder.resolve(exit.executor()).resolve("stderr")));
  }

  private static Optional<String> lastLine(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank())
          .reduce((one, next) -> next)
          .map(line -> line.substring(0, Math.min(line.length(), LONGEST_LINE)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void connected(String application) {
    spark.connected(application);
  }

  @Override
  public void disconnected() {
    spark.disconnected();
  }

  @Override
  public void executorAdded(String name, String worker, String host, int cores, int memory) {
    spark.executorAdded(name, worker, host, cores, memory);
  }

  @Override
  public void executorDecommissioned(String name, ExecutorDecommissionInfo info) {
    spark.executorDecommissioned(name, info);
  }

  @Override
  public void workerRemoved(String worker, String host, String message) {
    spark.workerRemoved(worker, host, message);
  }
}
