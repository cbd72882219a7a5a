package dev.sparkresnet.job.spark;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.device.JvmDevice;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Settles in every executor which backend ND4J has, and which native library for the processor of
 * its node. A plugin does so before the first task, whose arguments may be arrays already.
 */
public final class BackendPlugin implements SparkPlugin {
  private static final String DEVICE = "spark.resnet50.device";

  /** Called by Spark. */
  public BackendPlugin() {}

  /** Tells the plugin in every executor what it may compute on. */
  static void configure(SparkConf conf, Device device) {
    conf.set(DEVICE, device.name());
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
        JvmDevice.prepareExecutor(Device.valueOf(context.conf().get(DEVICE)), context.resources());
      }
    };
  }
}
