package dev.sparkresnet.job.spark;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.device.GpuRequest;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.failure.ClusterException;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.RunException;
import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.launch.LocalExecutors;
import dev.sparkresnet.job.launch.ReplicaSettings;
import dev.sparkresnet.job.monitoring.RunGauges;
import dev.sparkresnet.job.monitoring.TrainingPlugin;
import dev.sparkresnet.job.network.AttemptSecret;
import dev.sparkresnet.job.network.Authentication;
import dev.sparkresnet.job.thread.Polling;
import java.io.Closeable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Spark application of a run, with the settings that gradient sharing depends on. */
public final class ClusterSession implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterSession.class);

  /** INDArrays travel by Java serialisation, since DL4J ships no registrator for Kryo. */
  private static final Map<String, String> SERIALISATION =
      Map.of("spark.serializer", "org.apache.spark.serializer.JavaSerializer");

  private static final String PLUGINS = "spark.plugins";

  /**
   * Hadoop would try for a quarter of an hour to reach a NameNode that is not there, and the end of
   * an application would wait for two minutes until an executor that stands still has removed what
   * nobody uses any more.
   */
  private static final Map<String, String> BOUNDED_WAITS =
      Map.of(
          "spark.cleaner.referenceTracking.blocking", "false",
          "spark.hadoop.ipc.client.connect.max.retries", "3",
          "spark.hadoop.ipc.client.connect.max.retries.on.timeouts", "2");

  /** Spark gives an executor 10 s to end by itself. */
  private static final Duration LOCAL_EXECUTORS_END = Duration.ofSeconds(20);

  private static final Duration LISTENERS_HEAR = Duration.ofSeconds(5);

  private final Set<ProcessHandle> childrenBefore = children();
  private final JavaSparkContext context;
  private final RunGauges gauges;
  private final Optional<DelegationTokens> tokens;
  private final ExecutorLosses losses = new ExecutorLosses();
  private final TaskFailures failures = new TaskFailures();
  private final ExecutorExits exits;
  private final ApplicationEnd end;

  private ClusterSession(SparkConf conf) {
    this.context = new ApplicationStart(conf).start();
    this.tokens = DelegationTokens.handOut(context.sc());
    this.gauges = TrainingPlugin.gauges();
    this.exits = ExecutorExits.of(context.sc());
    this.end = new ApplicationEnd(context.sc(), exits);
    context.sc().addSparkListener(losses);
    context.sc().addSparkListener(failures);
  }

  /**
   * Starts the application with what spark-submit or system properties set.
   *
   * @param device what executors may compute on
   * @param placement how long a replica may wait for its own executor before it gets another
   * @throws UserErrorException if no master is set, or executors are not to have one GPU or none,
   *     or it never starts with these settings
   * @throws ClusterException if the cluster does not start it now
   */
  public static ClusterSession open(String name, Device device, Duration placement) {
    JvmDevice.startJavaCpp();
    SparkConf conf = new SparkConf().setIfMissing("spark.app.name", name);
    ReplicaSettings.WITHOUT_RETRIES.forEach(conf::set);
    SERIALISATION.forEach(conf::set);
    BOUNDED_WAITS.forEach(conf::setIfMissing);
    conf.set("spark.locality.wait.process", placement.toMillis() + "ms");
    addPlugins(conf);
    BackendPlugin.configure(conf, device);
    GpuRequest.complete(conf);
    TrainingPlugin.configure(conf);
    DelegationTokens.configure(conf);
    if (!conf.contains("spark.master")) {
      throw new UserErrorException(
          "Cannot start Spark: no master is set; use spark-submit or submit/job.sh");
    }
    secureLocalExecutors(conf);
    return new ClusterSession(conf);
  }

  /** Spark makes a secret on YARN and Kubernetes; for executors of this machine it is made here. */
  private static void secureLocalExecutors(SparkConf conf) {
    Map<String, String> settings =
        Authentication.unless(
            key -> conf.contains(key) ? Optional.of(conf.get(key)) : Optional.empty());
    if (LocalExecutors.named(conf.get("spark.master")).isPresent() && !settings.isEmpty()) {
      settings.forEach(conf::set);
      conf.setIfMissing(Authentication.SECRET, AttemptSecret.random());
    }
  }

  /** Ours come first: a plugin of the user may use ND4J, whose backend must be settled by then. */
  static void addPlugins(SparkConf conf) {
    Stream<String> ours =
        Stream.of(BackendPlugin.class, DriverLine.class, TrainingPlugin.class).map(Class::getName);
    Stream<String> others =
        Arrays.stream(conf.get(PLUGINS, "").split(",", -1))
            .map(String::trim)
            .filter(name -> !name.isEmpty());
    conf.set(PLUGINS, Stream.concat(ours, others).distinct().collect(joining(",")));
  }

  public JavaSparkContext context() {
    return context;
  }

  /** The numbers of the run that others watch. */
  public RunGauges gauges() {
    return gauges;
  }

  /** The executors that were lost along the way. */
  public ExecutorLosses losses() {
    return losses;
  }

  /**
   * Waits until the cluster manager has started an executor for every replica.
   *
   * @return how many there are
   * @throws UserErrorException if there will never be enough, or those that start end at once
   * @throws ClusterException if there are too few after the wait
   * @throws StoppedException if the application has ended
   */
  public int awaitExecutors(int replicas, Duration wait) {
    if (context.isLocal()) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot train on master %s: replicas need executors in processes of their own;"
                  + " use for example local-cluster[%d,1,3072]",
              context.master(),
              replicas));
    }
    limit().require(replicas);
    int found = new ExecutorWait(this::executors, this::requireHope).until(replicas, wait);
    tokens.ifPresent(DelegationTokens::handOutAgain);
    return found;
  }

  private void requireHope() {
    end.requireNotCome();
    exits.requireFew();
  }

  /** How many executors there can ever be. */
  public ExecutorLimit limit() {
    return ExecutorLimit.of(context.getConf());
  }

  /** How many executors there are now. */
  public int executors() {
    int driver = 1;
    return context.sc().statusTracker().getExecutorInfos().length - driver;
  }

  /**
   * Runs the work with a description that Spark's web page shows for its jobs.
   *
   * @throws RuntimeException if it fails, as {@link #explain} tells it
   */
  public <T> T describe(String description, Supplier<T> work) {
    return describe(description, description, work);
  }

  /**
   * Runs work with a description that Spark's web page shows for its jobs.
   *
   * @param name of the work, as it goes after "Cannot finish"
   * @throws RuntimeException if it fails, as {@link #explain} tells it
   */
  public <T> T describe(String name, String description, Supplier<T> work) {
    failures.forget();
    context.setJobGroup(description, description, true);
    try {
      return work.get();
    } catch (Exception e) {
      // Scala need not declare what it throws.
      throw explain(name, e);
    } finally {
      context.clearJobGroup();
    }
  }

  /**
   * What to report instead of the exception that Spark has for jobs: what a task of them failed
   * with, or who ended the application.
   *
   * @param work that cannot be finished, for a failure that does not speak for itself
   */
  public RuntimeException explain(String work, Exception failure) {
    if (failure instanceof RuntimeException spoken && isForUsers(failure)) {
      return spoken;
    }
    hearOut();
    return end.reported()
        .or(() -> failures.explain(work, failure))
        .orElseGet(
            () ->
                new IllegalStateException(
                    "Cannot finish %s: %s".formatted(work, Reason.of(failure)), failure));
  }

  private static boolean isForUsers(Exception failure) {
    return failure instanceof RunException || Reason.saysWhatCannotBeDone(failure);
  }

  /** Spark tells a job of its end at once, and listeners of what led to it when it has time. */
  private void hearOut() {
    try {
      context.sc().listenerBus().waitUntilEmpty(LISTENERS_HEAR.toMillis());
    } catch (Exception e) {
      // Scala need not declare what it throws.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.debug("not all was heard of a failure", e);
    }
  }

  /**
   * Ends the application. Executors of this machine are waited for: Spark kills one that stands
   * still, but only while this process lives.
   */
  @Override
  public void close() {
    tokens.ifPresent(DelegationTokens::close);
    context.close();
    Polling.until(
        () -> childrenBefore.containsAll(children()),
        LOCAL_EXECUTORS_END,
        "wait for the end of the executors");
  }

  private static Set<ProcessHandle> children() {
    return ProcessHandle.current().children().collect(toSet());
  }
}
