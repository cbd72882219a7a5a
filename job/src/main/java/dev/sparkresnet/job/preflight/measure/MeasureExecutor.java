package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.transport.Endpoint;
import dev.sparkresnet.job.transport.LocalAddress;
import dev.sparkresnet.job.transport.UdpPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Measures in the JVM of an executor.
 *
 * @param token of the preflight
 * @param driver where the driver's end of the mesh will be
 */
public record MeasureExecutor(
    TrainingConfig config,
    DriverPaths paths,
    String token,
    Endpoint driver,
    int executors,
    Broadcast<SerializableConfiguration> hadoop)
    implements ExecutorStage.Work<ProcessFacts> {
  private static final int TO_THE_DRIVER = 1;

  @Override
  public ProcessFacts run(int task) {
    Configuration settings = hadoop.value().value();
    Place place = Place.ofThisJvm();
    TaskContext context = TaskContext.get();
    return new ProcessProbe(
            place,
            TO_THE_DRIVER,
            () -> JvmDevice.ofExecutor(config.device(), place.executor(), place.host(), context),
            this::takePort,
            () -> tryRunDirectory(place, settings),
            () -> Images.read(config, paths.dataset(), settings, task, executors, Images.READING))
        .measure();
  }

  private String tryRunDirectory(Place place, Configuration settings) throws IOException {
    try (RunDirectoryProbe probe = RunDirectoryProbe.open(paths.runDirectory(), token, settings)) {
      return probe.writeAndRead(place.executor());
    }
  }

  private Endpoint takePort() {
    return takePort(
        config, () -> LocalAddress.towards(driver, config.gradientSharing().networkMask()));
  }

  /**
   * Takes a port of this process for the mesh.
   *
   * @throws IllegalStateException if none is free, or needed
   */
  public static Endpoint takePort(TrainingConfig config, Supplier<InetAddress> address) {
    if (config.master() == Master.PARAMETER_AVERAGING) {
      throw new IllegalStateException("no port is needed");
    }
    return UdpPorts.freeEndpoint(address.get(), config.gradientSharing().portRange());
  }
}
