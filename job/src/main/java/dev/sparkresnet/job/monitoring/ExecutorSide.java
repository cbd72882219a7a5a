package dev.sparkresnet.job.monitoring;

import dev.sparkresnet.job.thread.DaemonThreads;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the figures of an executor among its own metrics, for sinks that executors have such as
 * Graphite and JMX, and tells them the driver, since no executor has a page for Prometheus. Both as
 * often as the executor gives its sign of life.
 */
final class ExecutorSide implements ExecutorPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorSide.class);

  private final ReplicaFigures figures;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("executor-figures"));
  private PluginContext context;
  private Gauges gauges;

  ExecutorSide(ReplicaFigures figures) {
    this.figures = figures;
  }

  @Override
  public void init(PluginContext executor, Map<String, String> fromDriver) {
    context = executor;
    gauges = new Gauges(executor.metricRegistry());
    // Spark looks once, now, whether there are any.
    figures.values().forEach(gauges::show);
    long every = executor.conf().getTimeAsMs("spark.executor.heartbeatInterval", "10s");
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(this::tell, every, every, TimeUnit.MILLISECONDS);
  }

  /** A run does not fail for want of what others watch it by. */
  private void tell() {
    try {
      Map<String, Double> values = figures.values();
      values.forEach(gauges::show);
      context.send(new ExecutorFigures(context.executorID(), values));
    } catch (IOException | RuntimeException e) {
      LOG.warn("the driver is not told the figures of this executor: {}", e.toString());
    }
  }

  @Override
  public void shutdown() {
    thread.shutdownNow();
  }
}
