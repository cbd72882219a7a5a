package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.device.JvmDevice;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Measures in the JVM of an executor.
 *
 * @param token of the preflight
 */
public record MeasureExecutor(
    TrainingConfig config,
    DriverPaths paths,
    String token,
    int executors,
    Broadcast<SerializableConfiguration> hadoop)
    implements ExecutorStage.Work<ProcessFacts> {
  @Override
  public ProcessFacts run(int task) {
    Configuration settings = hadoop.value().value();
    Place place = Place.ofThisJvm();
    TaskContext context = TaskContext.get();
    return new ProcessProbe(
            place,
            () -> JvmDevice.ofExecutor(config.device(), place.executor(), place.host(), context),
            () -> tryRunDirectory(place, settings),
            () -> Images.read(config, paths.dataset(), settings, task, executors, Images.READING))
        .measure();
  }

  private String tryRunDirectory(Place place, Configuration settings) throws IOException {
    try (RunDirectoryProbe probe = RunDirectoryProbe.open(paths.runDirectory(), token, settings)) {
      return probe.writeAndRead(place.executor());
    }
  }
}
