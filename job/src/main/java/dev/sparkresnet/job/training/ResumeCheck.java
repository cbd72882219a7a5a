package dev.sparkresnet.job.training;

import static java.util.stream.Collectors.joining;

import dev.sparkresnet.job.config.GradientSharingConfig.Combine;
import dev.sparkresnet.job.config.OptimizerConfig.LearningRateScaling;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.failure.UserErrorException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Compares the configuration of a checkpoint with the one that is to go on from it, so that nobody
 * goes on with another training than he thinks.
 *
 * @param isSameGlobalMinibatch whether the replicas together take the same step, over as many
 *     images
 * @param differing the settings that are not the same in both, by path
 */
record ResumeCheck(boolean isSameGlobalMinibatch, List<Difference> differing) {
  private static final String REPLICAS = "training.replicas";
  private static final String BATCH_SIZE = "training.optimizer.batch-size";

  /** Where and how fast a run goes on, but not what it computes. */
  private static final Predicate<String> FREE =
      startWith(
          "training.run-directory",
          "training.dataset.path",
          "training.device",
          "training.executor-wait",
          "training.stop-after",
          "training.shutdown-grace",
          "training.log-every-steps",
          // Either kind of layers has the same parameters.
          "training.model.layers",
          "training.gradient-sharing.port-range",
          "training.gradient-sharing.network-mask",
          "training.gradient-sharing.timeout",
          "training.recovery.max-failures",
          "training.recovery.on-divergence",
          "training.recovery.max-roll-backs",
          "training.storage.",
          "training.watchdog.",
          "training.evaluation.");

  /** What a run may go on with differently, if the user says so. */
  private static final Predicate<String> CHANGEABLE =
      startWith(
          "training.optimizer.epochs",
          "training.optimizer.learning-rate",
          "training.optimizer.schedule",
          "training.optimizer.step.",
          "training.optimizer.cosine.",
          "training.recovery.roll-back-factor",
          "training.checkpoint.");

  /** What may change if it comes to the same global minibatch, on fewer or more executors. */
  private static final Predicate<String> SHARES_OF_A_MINIBATCH =
      Set.of(REPLICAS, BATCH_SIZE)::contains;

  /** A setting that two configurations do not agree on. */
  record Difference(String key, String before, String now) {
    @Override
    public String toString() {
      return key + " was " + before + ", is " + now;
    }
  }

  private static Predicate<String> startWith(String... beginnings) {
    List<String> all = List.of(beginnings);
    return key -> all.stream().anyMatch(key::startsWith);
  }

  /**
   * Compares two configurations.
   *
   * @param before the text of the one in a checkpoint; settings that only one of them has are of
   *     another version of this program and do not count
   */
  static ResumeCheck between(String before, ResolvedConfiguration now) {
    SortedMap<String, String> settings = ResolvedConfiguration.settingsOf(before);
    return new ResumeCheck(
        globalMinibatch(settings) == globalMinibatch(now.settings())
            && !isScaledByReplicas(now.training()),
        now.settings().entrySet().stream()
            .filter(setting -> settings.containsKey(setting.getKey()))
            .filter(setting -> !settings.get(setting.getKey()).equals(setting.getValue()))
            .map(
                setting ->
                    new Difference(
                        setting.getKey(), settings.get(setting.getKey()), setting.getValue()))
            .toList());
  }

  /** Whether the number of replicas says how far a step goes. */
  private static boolean isScaledByReplicas(TrainingConfig config) {
    return config.optimizer().learningRateScaling() != LearningRateScaling.NONE
        || config.gradientSharing().combine() != Combine.AVERAGE;
  }

  private static long globalMinibatch(Map<String, String> settings) {
    return Stream.of(REPLICAS, BATCH_SIZE)
        .mapToLong(key -> Long.parseLong(settings.getOrDefault(key, "0")))
        .reduce(1, Math::multiplyExact);
  }

  /**
   * Refuses to go on with a training that is not the same.
   *
   * @param run names it
   * @param assigned the settings that the user named on the command line
   * @throws UserErrorException naming every setting that must not differ, or not unnamed
   */
  void requireSameTraining(String run, Set<String> assigned) {
    Predicate<String> changeable =
        isSameGlobalMinibatch ? CHANGEABLE.or(SHARES_OF_A_MINIBATCH) : CHANGEABLE;
    String fixed = list(key -> !FREE.test(key) && !changeable.test(key));
    if (!fixed.isEmpty()) {
      throw new UserErrorException(
          "Cannot resume %s: it was started with another configuration: %s; a run directory of its"
                  .formatted(run, fixed)
              + " own starts another training");
    }
    String unnamed = list(key -> changeable.test(key) && !assigned.contains(key));
    if (!unnamed.isEmpty()) {
      throw new UserErrorException(
          "Cannot resume %s: its configuration changed: %s; to go on with the change, name it with"
                  .formatted(run, unnamed)
              + " --set");
    }
  }

  private String list(Predicate<String> keys) {
    return differing.stream()
        .filter(difference -> keys.test(difference.key()))
        .map(Difference::toString)
        .collect(joining("; "));
  }
}
