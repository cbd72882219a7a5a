package dev.sparkresnet.job.preflight.check;

import static java.util.stream.Collectors.groupingBy;

import dev.sparkresnet.job.preflight.measure.ExecutorCount;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** There is an executor for every replica, a process of its own, and it answers. */
public final class ExecutorCheck implements Check {
  static final String MASTER_CURE =
      "Set --master to a cluster, or to executors of this machine such as local-cluster[2,1,3072].";
  static final String LIMIT_CURE =
      "Give the application more executors, or lower training.replicas.";
  static final String COUNT_CURE =
      "Run it again when the cluster has room, raise training.executor-wait, or lower"
          + " training.replicas.";
  static final String SILENCE_CURE =
      "Read the logs of the executors; if they ran out of memory, raise spark.executor.memory or"
          + " spark.executor.memoryOverhead.";
  static final String SHARED_CURE =
      "Set spark.task.cpus to spark.executor.cores (submit/job.sh --executor-cores sets both).";

  @Override
  public String name() {
    return "executors";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    ExecutorCount call = survey.rollCall();
    int replicas = survey.plan().replicas();
    if (call.kind() == ExecutorCount.Kind.LOCAL) {
      return failed("master %s has no executors".formatted(call.master()), MASTER_CURE);
    }
    if (call.limit().most() < replicas) {
      return failed(
          String.format(
              Locale.ROOT,
              "never more than %d for %d replicas (%s)",
              call.limit().most(),
              replicas,
              call.limit().setting()),
          LIMIT_CURE);
    }
    if (call.found() < replicas) {
      return List.of(
          Finding.failedForNow(
              String.format(
                  Locale.ROOT,
                  "%d for %d replicas came within %d s (training.executor-wait)",
                  call.found(),
                  replicas,
                  call.patience().toSeconds()),
              COUNT_CURE));
    }
    if (!call.silence().isEmpty()) {
      return failed(call.silence(), SILENCE_CURE);
    }
    return twice(survey)
        .map(
            place ->
                List.of(
                    Finding.failed(place, "two replicas would share this executor", SHARED_CURE)))
        .orElseGet(() -> List.of(Finding.ok(count(call.found(), replicas))));
  }

  private static String count(int executors, int replicas) {
    int idle = executors - replicas;
    return String.format(Locale.ROOT, "%d for %d replicas", executors, replicas)
        + (idle > 0 ? String.format(Locale.ROOT, ", %d will be idle", idle) : "");
  }

  private static List<Finding> failed(String detail, String cure) {
    return List.of(Finding.failed(List.of(), detail, cure));
  }

  private static Optional<Place> twice(Survey survey) {
    return survey.executors().stream()
        .map(ProcessFacts::place)
        .collect(groupingBy(place -> place))
        .values()
        .stream()
        .filter(same -> same.size() > 1)
        .map(same -> same.get(0))
        .findFirst();
  }
}
