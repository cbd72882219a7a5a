package dev.sparkresnet.job.monitoring;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/**
 * Brings the numbers of a run into Spark's metrics system, through Spark's own interface for that.
 *
 * <p>The name of this class is a part of the names of the metrics.
 */
public final class TrainingPlugin implements SparkPlugin {
  private static final String PROMETHEUS = "spark.metrics.conf.*.sink.prometheusServlet.";
  private static final String PATH = PROMETHEUS + "path";

  /**
   * The names must not depend on the application, or no dashboard would find its next run. All of
   * it shows on Spark's web page and nowhere else, so that a run without that page shows nothing.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.metrics.namespace",
          "spark-resnet50",
          "spark.ui.prometheus.enabled",
          "true",
          PROMETHEUS + "class",
          "org.apache.spark.metrics.sink.PrometheusServlet",
          PATH,
          "/metrics/prometheus");

  private static volatile RunGauges current;

  /** Called by Spark. */
  public TrainingPlugin() {}

  /**
   * Has an application show what this plugin brings to Prometheus, unless its user has set
   * otherwise.
   *
   * <p>The settings are here rather than in a file because the names that they make are a contract
   * of this program, whoever submits it and how.
   */
  public static void configure(SparkConf conf) {
    DEFAULTS.forEach(conf::setIfMissing);
  }

  /** The page for Prometheus, if the application has a web page. */
  public static Optional<String> prometheusPage(SparkContext spark) {
    return spark.uiWebUrl().isEmpty()
        ? Optional.empty()
        : Optional.of(spark.uiWebUrl().get() + spark.conf().get(PATH) + "/");
  }

  /** The numbers of the application that this JVM is the driver of; there is one at a time. */
  public static RunGauges gauges() {
    return current;
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverSide();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorSide(ReplicaFigures.ofThisJvm());
  }

  private static final class DriverSide implements DriverPlugin {
    private RunGauges gauges;

    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      gauges = new RunGauges(context.metricRegistry(), InstantSource.system());
      current = gauges;
      spark.addSparkListener(
          new SparkListener() {
            @Override
            public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
              gauges.executorLost(removed.executorId());
            }
          });
      return Map.of();
    }

    @Override
    public Object receive(Object message) {
      gauges.executorTells((ExecutorFigures) message);
      return null;
    }
  }
}
