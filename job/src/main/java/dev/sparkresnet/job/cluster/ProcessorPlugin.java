package dev.sparkresnet.job.cluster;

import dev.sparkresnet.model.ProcessorVariant;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Makes every executor load the native library for the processor of its node. A plugin does so
 * before the first task, whose arguments may be arrays already.
 */
public final class ProcessorPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extraConf) {
        ProcessorVariant.choose();
      }
    };
  }
}
