package dev.sparkresnet.job.training;

import dev.sparkresnet.job.config.TrainingConfig;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what the replicas tell about their steps into log lines and a progress bar.
 *
 * <p>Reports come on threads of the transport, in no particular order.
 */
final class ProgressLog {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);

  private final TrainingConfig config;
  private final Map<Integer, StepReport> latest = new HashMap<>();
  private EpochPlan plan;
  private int lastStep;

  ProgressLog(TrainingConfig config) {
    this.config = config;
  }

  synchronized void start(EpochPlan epoch) {
    plan = epoch;
    latest.clear();
    lastStep = 0;
  }

  synchronized void accept(StepReport report) {
    if (report.epoch != plan.epoch()) {
      return;
    }
    latest.merge(report.replica, report, (old, now) -> now.step > old.step ? now : old);
    if (latest.size() < config.replicas()) {
      return;
    }
    int slowest =
        latest.values().stream().map(r -> r.step).min(Comparator.naturalOrder()).orElseThrow();
    if (slowest / config.logEverySteps() > lastStep / config.logEverySteps()) {
      log(slowest);
    }
    lastStep = slowest;
  }

  private void log(int step) {
    double lossSum = latest.values().stream().mapToDouble(r -> r.lossSum).sum();
    long correct = latest.values().stream().mapToLong(r -> r.correct).sum();
    long examples = latest.values().stream().mapToLong(r -> r.examples).sum();
    LOG.info(
        "{}",
        String.format(
            "epoch %d/%d step %d/%d: train loss %.3f, accuracy %.1f %%",
            plan.epoch(),
            config.optimizer().epochs(),
            step,
            plan.steps(),
            lossSum / examples,
            100.0 * correct / examples));
  }
}
