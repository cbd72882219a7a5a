package dev.sparkresnet.job.monitoring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TrainingPluginTest {
  private final SparkConf conf = new SparkConf(false);

  @Test
  void givesTheMetricsOfAllRunsTheSameNamesAndAPage() {
    TrainingPlugin.configure(conf);
    assertThat(conf.get("spark.metrics.namespace")).isEqualTo("spark-resnet50");
    assertThat(conf.get("spark.ui.prometheus.enabled")).isEqualTo("true");
    assertThat(conf.get("spark.metrics.conf.*.sink.prometheusServlet.class"))
        .isEqualTo("org.apache.spark.metrics.sink.PrometheusServlet");
    assertThat(conf.get("spark.metrics.conf.*.sink.prometheusServlet.path"))
        .isEqualTo("/metrics/prometheus");
  }

  @Test
  void leavesWhatItsUserHasSet() {
    conf.set("spark.metrics.namespace", "team-a")
        .set("spark.metrics.conf.*.sink.prometheusServlet.path", "/prometheus")
        .set("spark.ui.prometheus.enabled", "false");
    TrainingPlugin.configure(conf);
    assertThat(conf.get("spark.metrics.namespace")).isEqualTo("team-a");
    assertThat(conf.get("spark.metrics.conf.*.sink.prometheusServlet.path"))
        .isEqualTo("/prometheus");
    assertThat(conf.get("spark.ui.prometheus.enabled")).isEqualTo("false");
  }

  @Test
  void anExecutorShowsItsFiguresAndTellsThemAgainAndAgain() throws Exception {
    conf.set("spark.executor.heartbeatInterval", "1ms");
    Executor executor = new Executor(conf);
    ReplicaFigures figures = new ReplicaFigures();
    ExecutorSide plugin = new ExecutorSide(figures);
    plugin.init(executor, Map.of());
    try {
      assertThat(GaugeValues.of(executor.metrics)).containsEntry("minibatches", 0.0);
      figures.minibatchDone();
      figures.spent("input", Duration.ofMillis(500));
      figures.spent("input", Duration.ofMillis(250));
      figures.exchanged(100, 1000);
      ExecutorFigures told = executor.tellsWith("received_bytes");
      assertThat(told.executor()).isEqualTo("7");
      assertThat(told.values())
          .containsOnly(
              entry("minibatches", 1.0),
              entry("input_seconds", 0.75),
              entry("sent_bytes", 100.0),
              entry("received_bytes", 1000.0));
      assertThat(GaugeValues.of(executor.metrics)).containsAllEntriesOf(told.values());
    } finally {
      plugin.shutdown();
    }
  }

  @Test
  void anExecutorGoesOnWhenTheDriverDoesNotHear() throws Exception {
    conf.set("spark.executor.heartbeatInterval", "1ms");
    Executor executor = new Executor(conf);
    executor.failures = 1;
    ExecutorSide plugin = new ExecutorSide(new ReplicaFigures());
    plugin.init(executor, Map.of());
    try {
      assertThat(executor.tellsWith("minibatches").values())
          .containsOnly(entry("minibatches", 0.0));
      assertThat(executor.failures).isZero();
    } finally {
      plugin.shutdown();
    }
  }

  /** Executor 7 of an application. */
  private static final class Executor implements PluginContext {
    private final SparkConf conf;
    private final MetricRegistry metrics = new MetricRegistry();
    private final BlockingQueue<ExecutorFigures> told = new LinkedBlockingQueue<>();
    private volatile int failures;

    Executor(SparkConf conf) {
      this.conf = conf;
    }

    /** What it says as soon as it is all there. */
    ExecutorFigures tellsWith(String name) throws InterruptedException {
      while (true) {
        ExecutorFigures next = told.poll(10, SECONDS);
        assertThat(next).isNotNull();
        if (next.values().containsKey(name)) {
          return next;
        }
      }
    }

    @Override
    public MetricRegistry metricRegistry() {
      return metrics;
    }

    @Override
    public SparkConf conf() {
      return conf;
    }

    @Override
    public String executorID() {
      return "7";
    }

    @Override
    public String hostname() {
      return "node7";
    }

    @Override
    public Map<String, ResourceInformation> resources() {
      return Map.of();
    }

    @Override
    public void send(Object message) throws IOException {
      if (failures > 0) {
        failures = 0;
        throw new IOException("no way to the driver");
      }
      told.add((ExecutorFigures) message);
    }

    @Override
    public Object ask(Object message) {
      throw new UnsupportedOperationException();
    }
  }
}
