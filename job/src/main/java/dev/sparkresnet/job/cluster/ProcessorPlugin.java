package dev.sparkresnet.job.cluster;

import dev.sparkresnet.model.ProcessorVariant;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Makes every executor load the native library for the processor of its node. A plugin does so
 * before the first task, whose arguments may be arrays already.
 */
public final class ProcessorPlugin implements SparkPlugin {
  private static final String PLUGINS = "spark.plugins";

  /** Called by Spark. */
  public ProcessorPlugin() {}

  /** Has an application load this plugin, before others, which may use ND4J. */
  static void configure(SparkConf conf) {
    String others = conf.get(PLUGINS, "");
    String name = ProcessorPlugin.class.getName();
    conf.set(PLUGINS, others.isBlank() ? name : name + "," + others);
  }

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
