package dev.sparkresnet.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * The block {@code training}: everything that a training run depends on.
 *
 * @param runDirectory directory for checkpoints and metrics on any Hadoop file system
 * @param seed what initial weights, shuffles and augmentation derive from
 * @param replicas executors that train one copy of the network each
 * @param master how the replicas train together
 * @param device what the replicas compute on
 * @param executorWait how long to wait for that many executors
 * @param stopAfter how long the run may take, 0 for as long as it needs
 * @param shutdownGrace how long it may take to leave once it is asked to stop
 * @param logEverySteps minibatches of one replica between two progress lines
 */
public record TrainingConfig(
    String runDirectory,
    long seed,
    int replicas,
    Master master,
    Device device,
    Duration executorWait,
    Duration stopAfter,
    Duration shutdownGrace,
    int logEverySteps,
    DatasetConfig dataset,
    ModelConfig model,
    OptimizerConfig optimizer,
    GradientSharingConfig gradientSharing,
    ParameterAveragingConfig parameterAveraging,
    CheckpointConfig checkpoint,
    RecoveryConfig recovery,
    StorageConfig storage,
    WatchdogConfig watchdog,
    BatchNormConfig batchNorm,
    EvaluationConfig evaluation)
    implements Serializable {

  /** How the replicas train together. */
  public enum Master {
    GRADIENT_SHARING,
    PARAMETER_AVERAGING
  }

  /** What the replicas compute on. */
  public enum Device {
    AUTO,
    CPU,
    GPU
  }

  /**
   * Refuses fewer training images than one minibatch for each replica, and fewer ports than
   * replicas.
   */
  public TrainingConfig {
    long imagesPerStep = (long) replicas * optimizer.batchSize();
    new CrossFieldRules()
        .require(
            dataset.trainLimit() == 0 || dataset.trainLimit() >= imagesPerStep,
            "dataset.train-limit",
            "must be 0 or at least replicas * optimizer.batch-size = " + imagesPerStep,
            dataset.trainLimit())
        .require(
            gradientSharing.portRange().size() >= replicas,
            "gradient-sharing.port-range",
            "must hold a port for each of " + replicas + " replicas",
            gradientSharing.portRange())
        .check();
  }

  /**
   * What the sum of the replicas' updates is divided by.
   *
   * @return their number if updates that they share are averaged, else 1
   */
  public int updateDivisor() {
    boolean averaged =
        master == Master.GRADIENT_SHARING
            && gradientSharing.combine() == GradientSharingConfig.Combine.AVERAGE;
    return averaged ? replicas : 1;
  }

  static TrainingConfig read(ConfigSection section) {
    return new TrainingConfig(
        section.value("run-directory", ValueReader.TEXT, Rule.notBlank(), Rule.withoutPassword()),
        section.value("seed", ValueReader.LONG),
        section.value("replicas", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("master", ValueReader.oneOf(Master.class)),
        section.value("device", ValueReader.oneOf(Device.class)),
        section.value("executor-wait", ValueReader.DURATION, Rule.someTime()),
        section.value("stop-after", ValueReader.DURATION),
        section.value("shutdown-grace", ValueReader.DURATION, Rule.atLeast(Duration.ofSeconds(10))),
        section.value("log-every-steps", ValueReader.INTEGER, Rule.atLeast(1)),
        section.section("dataset", DatasetConfig::read),
        section.section("model", ModelConfig::read),
        section.section("optimizer", OptimizerConfig::read),
        section.section("gradient-sharing", GradientSharingConfig::read),
        section.section("parameter-averaging", ParameterAveragingConfig::read),
        section.section("checkpoint", CheckpointConfig::read),
        section.section("recovery", RecoveryConfig::read),
        section.section("storage", StorageConfig::read),
        section.section("watchdog", WatchdogConfig::read),
        section.section("batch-norm", BatchNormConfig::read),
        section.section("evaluation", EvaluationConfig::read));
  }
}
