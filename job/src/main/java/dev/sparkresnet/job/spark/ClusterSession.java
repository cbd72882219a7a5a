package dev.sparkresnet.job.spark;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.device.GpuRequest;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.launch.ReplicaSettings;
import dev.sparkresnet.job.monitoring.RunGauges;
import dev.sparkresnet.job.monitoring.TrainingPlugin;
import dev.sparkresnet.job.transport.LocalAddress;
import dev.sparkresnet.job.transport.Polling;
import java.io.Closeable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The Spark application of a run, with the settings that gradient sharing depends on. */
public final class ClusterSession implements Closeable {
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

  private final Set<ProcessHandle> childrenBefore = children();
  private final JavaSparkContext context;
  private final RunGauges gauges;
  private final ExecutorLosses losses = new ExecutorLosses();

  private ClusterSession(SparkConf conf) {
    this.context = new JavaSparkContext(conf);
    this.gauges = TrainingPlugin.gauges();
    context.sc().addSparkListener(losses);
  }

  /**
   * Starts the application with what spark-submit or system properties set.
   *
   * @param device what executors may compute on
   * @throws UserErrorException if no master is set, or executors are not to have one GPU or none
   */
  public static ClusterSession open(String name, Device device) {
    JvmDevice.startJavaCpp();
    SparkConf conf = new SparkConf().setIfMissing("spark.app.name", name);
    ReplicaSettings.WITHOUT_RETRIES.forEach(conf::set);
    SERIALISATION.forEach(conf::set);
    BOUNDED_WAITS.forEach(conf::setIfMissing);
    addPlugins(conf);
    BackendPlugin.configure(conf, device);
    GpuRequest.complete(conf);
    TrainingPlugin.configure(conf);
    if (!conf.contains("spark.master")) {
      throw new UserErrorException(
          "Cannot start Spark: no master is set; use spark-submit or submit/job.sh");
    }
    return new ClusterSession(conf);
  }

  /** Ours come first: a plugin of the user may use ND4J, whose backend must be settled by then. */
  static void addPlugins(SparkConf conf) {
    Stream<String> ours =
        Stream.of(BackendPlugin.class, Rendezvous.class, TrainingPlugin.class).map(Class::getName);
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
   * @throws UserErrorException if there are too few after the wait
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
    if (!Polling.until(() -> executors() >= replicas, wait, "wait for executors")) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot train %d replicas: only %d executors came within %d s"
                  + " (training.executor-wait); give the application more executors or set"
                  + " training.replicas",
              replicas,
              executors(),
              wait.toSeconds()));
    }
    return executors();
  }

  /** How many executors there are now. */
  public int executors() {
    int driver = 1;
    return context.sc().statusTracker().getExecutorInfos().length - driver;
  }

  /**
   * The address by which executors reach the driver.
   *
   * @throws UserErrorException if this host has none
   */
  public InetAddress driverAddress(String networkMask) {
    return LocalAddress.ofDriver(context.getConf().get("spark.driver.host"), networkMask);
  }

  /** Runs the work with a description that Spark's web page shows for its jobs. */
  public <T> T describe(String description, Supplier<T> work) {
    context.setJobGroup(description, description, true);
    try {
      return work.get();
    } finally {
      context.clearJobGroup();
    }
  }

  /**
   * Ends the application. Executors of this machine are waited for: Spark kills one that stands
   * still, but only while this process lives.
   */
  @Override
  public void close() {
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
